using System.Globalization;
using PlexBridge.Benchmarks.Load;

namespace PlexBridge.Benchmarks;

/// <summary>Resident memory that each further viewer of one channel costs: from 10 to 110.</summary>
internal static class RelayViewerFigure
{
    private const int Few = 10;
    private const int Many = 110;

    // Long enough for the collector to have seen what the joins left behind.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var loop = new StreamLoop();
        using var source = new LoadSource(loop, Pace.Live(loop));
        await using var ours = await RelayAppliance.ServeAsync(source, channels: 1);
        var sinks = new List<Sink>();
        try
        {
            var before = await GrowAsync(ours, sinks, Few);
            var after = await GrowAsync(ours, sinks, Many);
            return
            [
                new Figure(
                    "RSS of a further viewer",
                    (after - before) / (Many - Few),
                    0.3,
                    "MB",
                    Note: string.Create(CultureInfo.InvariantCulture, $"{before:0.0} MB with {Few}, {after:0.0} MB with {Many} viewers of one channel at 8 Mbit/s")),
            ];
        }
        finally
        {
            sinks.ForEach(sink => sink.Dispose());
        }
    }

    private static async Task<double> GrowAsync(RelayAppliance ours, List<Sink> sinks, int count)
    {
        while (sinks.Count < count)
            sinks.Add(new Sink(ours.EndPoint, ours.Path(1)));
        await LoadRun.AllReceiveAsync(sinks, ours.Name);
        await Task.Delay(Settling);
        LoadRun.ThrowOnFault(sinks, ours.Name);
        return ProcessTree.Rss(ours.ProcessId);
    }
}
