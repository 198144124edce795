using System.Collections.Immutable;
using PlexBridge.Channels;
using PlexBridge.Streaming.Children;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streams;

/// <summary>
/// Three channels for newcomers, made by ffmpeg's test sources on demand and kept in memory only: a picture with a
/// running clock and a tone.
/// </summary>
internal static class DemoChannels
{
    private const long SourceId = -1;

    /// <summary>The channels 9001 to 9003 as the lineup shows them; their ids are negative, those of real channels positive.</summary>
    public static ImmutableArray<LineupChannel> Lineup { get; } =
        [.. Patterns().Select(pattern => new LineupChannel(new ChannelId(-pattern.Number), new ChannelNumber(pattern.Number), pattern.Name, "Demo", null, null, IsHd: true, IsFavorite: false, IsDrm: false, IsVanished: false))];

    /// <summary>The stored channels, then the demo's.</summary>
    public static async IAsyncEnumerable<LineupChannel> After(IAsyncEnumerable<LineupChannel> stored)
    {
        await foreach (var channel in stored)
            yield return channel;
        foreach (var channel in Lineup)
            yield return channel;
    }

    /// <summary>The streams of a demo channel; null where the channel is none.</summary>
    public static IReadOnlyList<StreamAddress>? StreamsOf(ChannelId id)
    {
        foreach (var pattern in Patterns())
        {
            if (-pattern.Number != id.Value)
                continue;
            return
            [
                new StreamAddress
                {
                    StreamId = -pattern.Number,
                    SourceId = SourceId,
                    Name = pattern.Name,
                    Url = new SourceUrl("demo:" + pattern.Name),
                    Child = Command(pattern),
                },
            ];
        }

        return null;
    }

    /// <summary>Why the channels can't be made on this machine, as a sentence; null when they can.</summary>
    public static string? Fault(string ffmpeg, IReadOnlyDictionary<string, string> environment) =>
        ChildLauncher.Find(ffmpeg, environment.GetValueOrDefault("PATH")) is null
            ? "ffmpeg is not installed; the demo needs it."
            : null;

    private static IEnumerable<Pattern> Patterns() =>
    [
        new Pattern(9001, "Demo Bars", "smptehdbars=size=1280x720:rate=25", 440),
        new Pattern(9002, "Demo Motion", "testsrc2=size=1280x720:rate=25", 554),
        new Pattern(9003, "Demo Gradients", "gradients=size=1280x720:rate=25:speed=0.02", 659),
    ];

    private static ChildCommand Command(Pattern pattern) => new("ffmpeg",
    [
        "-nostdin", "-hide_banner", "-loglevel", "warning",
        "-re", "-f", "lavfi", "-i", $"{pattern.Picture},{Clock(pattern.Name)}",
        "-re", "-f", "lavfi", "-i", $"sine=frequency={pattern.Hertz}:sample_rate=48000,volume=0.1",
        "-map", "0:v:0", "-map", "1:a:0",
        // A key picture each second, so that a viewer who joins sees it at once.
        "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "25", "-b:v", "1500k", "-maxrate", "2000k", "-bufsize", "2000k",
        "-c:a", "aac", "-b:a", "96k", "-ac", "2",
        "-f", "mpegts", "-mpegts_flags", "+pat_pmt_at_frames", "-muxdelay", "0.2", "pipe:1",
    ]);

    private static string Clock(string name) =>
        $"drawtext=text='{name}  %{{localtime\\:%T}}':fontsize=54:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=18:x=(w-tw)/2:y=h*0.42";

    private sealed record Pattern(int Number, string Name, string Picture, int Hertz);
}
