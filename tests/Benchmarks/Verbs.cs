using System.Diagnostics;
using System.Globalization;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks;

/// <summary>Verbs of the binary, run to their end.</summary>
internal static class Verbs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task SucceedAsync(string data, params string[] verb)
    {
        var ran = await Programs.RunAsync(TestPaths.Binary, [.. verb, "--data", data], Limit);
        if (ran.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', verb)}: {ran}");
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public static async Task TerminateAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync();
    }

    /// <summary>Wall time, and the peak resident memory that the kernel counted for it.</summary>
    public static async Task<(TimeSpan Time, double PeakMegabytes)> MeasureAsync(string data, params string[] verb)
    {
        using var folder = new TempFolder();
        var peak = folder["peak"];
        var started = Stopwatch.GetTimestamp();
        var ran = await Programs.RunAsync("/usr/bin/time", ["-f", "%M", "-o", peak, TestPaths.Binary, .. verb, "--data", data], Limit);
        var time = Stopwatch.GetElapsedTime(started);
        if (ran.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', verb)}: {ran}");
        return (time, long.Parse((await File.ReadAllTextAsync(peak)).Trim(), CultureInfo.InvariantCulture) * 1024 / 1e6);
    }
}
