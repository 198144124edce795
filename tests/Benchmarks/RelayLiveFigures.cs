using System.Globalization;
using PlexBridge.Benchmarks.Load;

namespace PlexBridge.Benchmarks;

/// <summary>20 channels with 5 viewers each at their own pace of 8 Mbit/s, beside nginx as a reverse proxy of the same.</summary>
internal static class RelayLiveFigures
{
    private const int HistoryMegabytes = 8;

    private static readonly LoadShape Shape = new(Channels: 20, Viewers: 5, TimeSpan.FromSeconds(5));

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var loop = new StreamLoop();
        var (ours, theirs) = await MeasureAsync(new LoadSource(loop, Pace.Live(loop)));
        var (oursSmall, theirsSmall) = await MeasureAsync(new LoadSource(loop, Pace.Datagrams(loop)));
        var rss = ours.Max(cost => cost.Megabytes);
        return
        [
            Rounds.Compare("live, 20 × 5 viewers, a write every 10 ms, against nginx", ours, theirs, 0.5),
            Rounds.Compare("live, 20 × 5 viewers, a write every 1,316 bytes, against nginx", oursSmall, theirsSmall, null),
            new Figure(
                "RSS of the 20 × 5 viewers",
                rss,
                60 + (HistoryMegabytes * 1.048576 * Shape.Channels),
                "MB",
                Note: string.Create(CultureInfo.InvariantCulture, $"the target is 60 MB and a history of {HistoryMegabytes} MB a channel")),
        ];
    }

    private static async Task<(IReadOnlyList<LoadCost> Ours, IReadOnlyList<LoadCost> Theirs)> MeasureAsync(LoadSource source)
    {
        using var _ = source;
        await using var ours = await RelayAppliance.ServeAsync(source, Shape.Channels);
        await using var nginx = await NginxPeer.ProxyAsync(source);
        var rounds = new Rounds();
        var costs = (Ours: rounds.Add(ours, Shape), Theirs: rounds.Add(nginx, Shape));
        await rounds.RunAsync();
        return costs;
    }
}
