using System.Globalization;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks;

/// <summary>Resident memory 30 s after the start, with the real playlist of some 2,000 entries imported.</summary>
internal static class IdleFigure
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        const string Name = "RSS 30 s after serve, free-tv imported";
        const double Target = 40;
        if (TestPaths.Shared("free-tv.m3u8") is not { } playlist)
            return [new Figure(Name, null, Target, "MB", Note: "free-tv.m3u8 is not beside this repository")];
        using var data = new TempFolder();
        await Verbs.SucceedAsync(data.Path, "import", playlist);
        await using var appliance = await Appliance.ServeAsync(data.Path);
        await Task.Delay(Wait);
        var kilobytes = (await File.ReadAllLinesAsync($"/proc/{appliance.ProcessId}/status"))
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1];
        return [new Figure(Name, long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024 / 1e6, Target, "MB")];
    }
}
