using System.Globalization;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>Long runs, for `make soak`: PLEXBRIDGE_SOAK_MINUTES each, ten unless told.</summary>
[Trait("Category", "Soak")]
public sealed class SoakTests : IDisposable
{
    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [SoakFact]
    public async Task Viewers_come_and_go_and_memory_stays()
    {
        var minutes = int.TryParse(
            Environment.GetEnvironmentVariable("PLEXBRIDGE_SOAK_MINUTES"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? wanted : 10;
        await using var live = LiveFfmpeg.TsOnly();
        var imported = await Appliance.RunAsync(_data.Path, "import", _data.Write("list.m3u", live.Playlist));
        Assert.True(imported.ExitCode == 0, imported.ToString());
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var faithful = await Watching.OpenAsync(appliance.Client, "auto/v1");
        await faithful.UntilAsync(1_000_000);
        var before = ResidentKilobytes(appliance.ProcessId);

        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(minutes))
        {
            await using var passing = await Watching.OpenAsync(appliance.Client, "auto/v1");
            await passing.UntilAsync(200_000);
            Assert.False(faithful.HasEnded, appliance.Errors);
        }

        Assert.Equal(1, live.Source.Requests("/live.ts"));
        Assert.InRange(ResidentKilobytes(appliance.ProcessId), 0, before + 20_000);
    }

    private static long ResidentKilobytes(int processId) =>
        long.Parse(
            File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);
}
