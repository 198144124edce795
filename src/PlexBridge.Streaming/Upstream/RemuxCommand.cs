using PlexBridge.Streaming.Children;

namespace PlexBridge.Streaming.Upstream;

/// <summary>What ffmpeg is to read, as far as that differs from one protocol to the next.</summary>
internal sealed record RemuxInput
{
    /// <summary>What it is, for people: <c>DASH</c>, <c>RTSP</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>What follows <c>-i</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The demuxer: never left to guessing, which is how a video file becomes a playlist that names local files.</summary>
    public required string Format { get; init; }

    /// <summary>The protocols that may be opened, nested ones included.</summary>
    public required string Protocols { get; init; }

    /// <summary>Options of the demuxer and the protocol, in front of <c>-i</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The source can carry subtitles that a transport stream can carry too (teletext, DVB).</summary>
    public bool HasSubtitles { get; init; }

    /// <summary>Comes in segments, faster than it plays.</summary>
    public bool ArrivesInBursts { get; init; }

    /// <summary>How long silence may last; null for the setting.</summary>
    public TimeSpan? StallLimit { get; init; }

    /// <summary>Variables of the child's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Texts that must not appear in what is kept of its messages.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}

/// <summary>The command line of an ffmpeg that copies a stream, untouched, into a transport stream on its stdout.</summary>
internal static class RemuxCommand
{
    /// <summary>The arguments, as a list.</summary>
    public static ChildCommand Of(string ffmpeg, RemuxInput input) => new(ffmpeg,
    [
        "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+warning",
        // Options of the input: they count only in front of its -i.
        "-protocol_whitelist", input.Protocols,
        "-probesize", "2000000", "-analyzeduration", "2000000", "-fpsprobesize", "0",
        "-fflags", "+genpts",
        .. input.Options,
        "-f", input.Format,
        "-i", input.Address,
        // The question mark: none is no error. Data streams are left out; players take unknown ones badly.
        "-map", "0:v:0?", "-map", "0:a?",
        .. input.HasSubtitles ? ["-map", "0:s?"] : (string[])[],
        "-c", "copy",
        // A track that pauses must not hold back the others for the default of ten seconds.
        "-max_interleave_delta", "1000000",
        "-f", "mpegts", "-mpegts_flags", "+pat_pmt_at_frames", "-mpegts_service_id", "1",
        "-muxpreload", "0", "-muxdelay", "0.1", "-flush_packets", "1",
        "pipe:1",
    ])
    {
        Environment = input.Environment,
    };
}
