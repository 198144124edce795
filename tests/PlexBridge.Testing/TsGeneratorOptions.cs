using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>What a <see cref="TsGenerator"/> makes. The same options always give the same bytes.</summary>
public sealed record TsGeneratorOptions
{
    public int ProgramNumber { get; init; } = 1;
    public int TransportStreamId { get; init; } = 1;
    public int MapPid { get; init; } = 0x1000;
    public int VideoPid { get; init; } = 0x100;

    /// <summary>Null for a stream without sound.</summary>
    public int? AudioPid { get; init; } = 0x101;

    /// <summary>A second sound track of the same layout; null for none.</summary>
    public int? SecondAudioPid { get; init; }

    /// <summary>Teletext in private PES packets, five a second; null for none.</summary>
    public int? TeletextPid { get; init; }

    /// <summary>The PID of the clock, one of its own or the sound's; null for the picture's, or the sound's on radio.</summary>
    public int? ClockPid { get; init; }

    /// <summary>H264, Hevc or Mpeg2Video; null for radio.</summary>
    public StreamCodec? Video { get; init; } = StreamCodec.H264;

    /// <summary>Aac, MpegAudio or Ac3.</summary>
    public StreamCodec Audio { get; init; } = StreamCodec.Aac;
    public int AudioRate { get; init; } = 48_000;
    public int AudioFramesPerPes { get; init; } = 4;
    public int FramesPerSecond { get; init; } = 25;

    /// <summary>Frames from one random-access point to the next.</summary>
    public int FramesPerGroup { get; init; } = 25;

    /// <summary>Pictures that are decoded after the one they are shown before, between any two others (B-frames).</summary>
    public int ReorderedFrames { get; init; }

    /// <summary>H.264 random-access points are recovery points with leading pictures, and no IDR ever comes.</summary>
    public bool HasOpenGroups { get; init; }

    /// <summary>Picture PES packets say their length where it fits into 16 bits.</summary>
    public bool HasPictureLengths { get; init; }

    /// <summary>Video bits per second, roughly.</summary>
    public int BitsPerSecond { get; init; } = 2_000_000;

    /// <summary>DTS of the first frame in 90 kHz ticks.</summary>
    public long StartTimestamp { get; init; } = 900_000;

    /// <summary>How far the clock runs behind the decoding times, in 90 kHz ticks: the decoder's buffer.</summary>
    public long ClockLead { get; init; } = 9_000;

    /// <summary>How much later than the picture of the same time the sound is sent, in 90 kHz ticks; at most the clock's lead.</summary>
    public long SoundLag { get; init; }

    /// <summary>Continuity counter of the first packet of each PID.</summary>
    public int StartCounter { get; init; }

    /// <summary>The first frame's place in its group: 0 begins with a random-access point.</summary>
    public int StartFrame { get; init; }
    public string Language { get; init; } = "eng";

    /// <summary>Say random_access_indicator at random-access points.</summary>
    public bool MarksRandomAccess { get; init; } = true;

    /// <summary>Begin with the tables; off for HLS segments that rely on earlier ones.</summary>
    public bool StartsWithTables { get; init; } = true;

    /// <summary>What units are stamped with, so that a test can tell whose they are; see <see cref="TsStamp"/>.</summary>
    public int Tag { get; init; }
}
