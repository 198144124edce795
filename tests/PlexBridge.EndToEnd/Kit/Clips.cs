using System.Globalization;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>What a clip looks and sounds like; the codecs are always H.264 and AAC.</summary>
internal sealed record ClipOptions
{
    public string Size { get; init; } = "320x180";
    public int FramesPerSecond { get; init; } = 25;
    public int FramesPerGroup { get; init; } = 25;
    public int ReorderedFrames { get; init; }
    public string PictureRate { get; init; } = "400k";
    public string SoundRate { get; init; } = "64k";
    public int FirstPid { get; init; } = 0x100;
    public int Seconds { get; init; } = 4;

    /// <summary>Further arguments of ffmpeg's muxer or encoder.</summary>
    public IReadOnlyList<string> Further { get; init; } = [];
}

/// <summary>Short recordings that ffmpeg makes, for <see cref="TsClip"/>.</summary>
internal static class Clips
{
    private static int _made;

    /// <summary>Encodes one and gives its path.</summary>
    public static async Task<string> MakeAsync(TempFolder folder, ClipOptions options)
    {
        var file = folder[string.Create(CultureInfo.InvariantCulture, $"clip{Interlocked.Increment(ref _made)}.ts")];
        var ran = await Programs.RunAsync(
            Programs.Find("ffmpeg") ?? "ffmpeg",
            [
                "-hide_banner", "-loglevel", "error", "-nostdin",
                "-f", "lavfi", "-i", $"testsrc2=size={options.Size}:rate={options.FramesPerSecond}",
                // A little shorter than the picture, so that the clock has no gap where the clip starts again.
                "-f", "lavfi", "-t", string.Create(CultureInfo.InvariantCulture, $"{options.Seconds - 0.08}"), "-i", "sine=frequency=440:sample_rate=48000",
                "-t", Text(options.Seconds), "-map", "0:v", "-map", "1:a",
                "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-profile:v", options.ReorderedFrames > 0 ? "main" : "baseline",
                "-g", Text(options.FramesPerGroup), "-keyint_min", Text(options.FramesPerGroup), "-sc_threshold", "0", "-bf", Text(options.ReorderedFrames),
                "-b:v", options.PictureRate, "-c:a", "aac", "-b:a", options.SoundRate, "-ac", "2",
                "-mpegts_start_pid", Text(options.FirstPid), .. options.Further,
                "-f", "mpegts", file,
            ],
            TimeSpan.FromSeconds(60));
        Assert.True(ran.ExitCode == 0, ran.ToString());
        return file;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
