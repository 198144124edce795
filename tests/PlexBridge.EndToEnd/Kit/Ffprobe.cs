using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>ffprobe as a viewer.</summary>
internal static class Ffprobe
{
    /// <summary>The codec names it finds within a time limit, such as h264 and aac.</summary>
    public static async Task<IReadOnlyList<string>> CodecsAsync(Uri address)
    {
        var ran = await Programs.RunAsync(
            Programs.Find("ffprobe") ?? "ffprobe",
            ["-v", "error", "-rw_timeout", "20000000", "-show_entries", "stream=codec_name", "-of", "default=nokey=1:noprint_wrappers=1", address.ToString()],
            TimeSpan.FromSeconds(40));
        Assert.True(ran.ExitCode == 0, ran.ToString());
        return [.. ran.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
    }
}
