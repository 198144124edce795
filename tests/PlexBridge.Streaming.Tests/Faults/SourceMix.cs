using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Faults;

/// <summary>Streams of the same types that differ in all the rest, from a seed.</summary>
internal sealed class SourceMix(Random random)
{
    private static readonly (StreamCodec Video, StreamCodec Audio)[] Types =
    [
        (StreamCodec.H264, StreamCodec.Aac), (StreamCodec.Hevc, StreamCodec.Aac), (StreamCodec.Mpeg2Video, StreamCodec.MpegAudio), (StreamCodec.H264, StreamCodec.Ac3),
    ];

    private readonly (StreamCodec Video, StreamCodec Audio) _types = Types[random.Next(Types.Length)];
    private readonly int _extras = random.Next(4);
    private readonly Dictionary<string, TsGeneratorOptions> _streams = [];
    private int _tags;

    public int NextTag() => _tags++;

    /// <summary>A connection's options: the stream's own layout, at some place of its group and its clock.</summary>
    public TsGeneratorOptions Connect(string stream)
    {
        if (!_streams.TryGetValue(stream, out var layout))
            _streams.Add(stream, layout = Layout());
        return layout with
        {
            Tag = NextTag(),
            StartFrame = random.Next(layout.FramesPerGroup),
            StartCounter = random.Next(16),
            StartTimestamp = random.Next(4) == 0 ? PesTimestamp.Modulus - random.Next(900_000) : random.NextInt64(PesTimestamp.Modulus),
        };
    }

    private TsGeneratorOptions Layout()
    {
        var lead = 9_000 + random.Next(90_000);
        var first = 0x20 + random.Next(0x1F00);
        int[] pids = [.. Enumerable.Range(first, 5).OrderBy(_ => random.Next())];
        var fps = Pick(25, 30, 50, 60);
        return new TsGeneratorOptions
        {
            Video = _types.Video,
            Audio = _types.Audio,
            ProgramNumber = 1 + random.Next(60_000),
            MapPid = pids[0],
            VideoPid = pids[1],
            AudioPid = pids[2],
            SecondAudioPid = (_extras & 1) != 0 ? pids[3] : null,
            TeletextPid = (_extras & 2) != 0 ? pids[4] : null,
            ClockPid = random.Next(5) switch { 0 => first + 7, 1 => pids[2], _ => null },
            FramesPerSecond = fps,
            FramesPerGroup = Pick(12, fps, fps * 2),
            ReorderedFrames = Pick(0, 1, 2, 3),
            HasOpenGroups = _types.Video == StreamCodec.H264 && random.Next(4) == 0,
            HasPictureLengths = random.Next(2) == 0,
            AudioRate = Pick(48_000, 48_000, 44_100),
            AudioFramesPerPes = Pick(1, 2, 4, 7),
            BitsPerSecond = Pick(150_000, 400_000, 1_000_000),
            ClockLead = lead,
            SoundLag = random.Next(3) == 0 ? 0 : random.Next(lead),
            MarksRandomAccess = random.Next(2) == 0,
        };
    }

    private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
}
