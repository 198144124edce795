using System.Globalization;
using PlexBridge.Benchmarks.Load;

namespace PlexBridge.Benchmarks;

/// <summary>
/// 100 viewers of 20 channels at 8 Mbit/s: nothing may be missing, and how much later than the source wrote it a packet
/// is read. A minute; BENCH_DELAY_SECONDS=300 for the five of the promise.
/// </summary>
internal static class RelayDelayFigures
{
    private const int Channels = 20;
    private const int Viewers = 5;
    private const string LengthVariable = "BENCH_DELAY_SECONDS";

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PeerLength = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var length = TimeSpan.FromSeconds(
            int.TryParse(Environment.GetEnvironmentVariable(LengthVariable), CultureInfo.InvariantCulture, out var seconds) ? seconds : 60);
        var loop = new StreamLoop();
        using var source = new LoadSource(loop, Pace.Live(loop) with { IsStamped = true });
        var direct = await MeasureAsync(new DirectLine(source), PeerLength);
        await using var ours = await RelayAppliance.ServeAsync(source, Channels);
        var meters = await MeasureAsync(ours, length);
        return
        [
            new Figure(
                "write to read, p99, 100 viewers of 20 channels",
                DelayMeter.Percentile(meters, 0.99),
                40,
                "ms",
                Note: string.Create(
                    CultureInfo.InvariantCulture,
                    $"p50 {DelayMeter.Percentile(meters, 0.5):0.0}, p99.9 {DelayMeter.Percentile(meters, 0.999):0.0}, longest {DelayMeter.Percentile(meters, 1):0.0} ms of every packet in {length.TotalSeconds:0} s; without a relay p99 is {DelayMeter.Percentile(direct, 0.99):0.0} ms")),
            new Figure("packets missing there", meters.Sum(meter => meter.Drops), 0, "", Note: "breaks of continuity counters, all viewers"),
        ];
    }

    private static async Task<IReadOnlyList<DelayMeter>> MeasureAsync(IRelaying relaying, TimeSpan length)
    {
        var meters = new List<DelayMeter>();
        var sinks = new List<Sink>();
        try
        {
            for (var viewer = 0; viewer < Channels * Viewers; viewer++)
            {
                meters.Add(new DelayMeter());
                sinks.Add(new Sink(relaying.EndPoint, relaying.Path(1 + (viewer % Channels)), meters[viewer].Take));
            }

            await LoadRun.AllReceiveAsync(sinks, relaying.Name);
            await Task.Delay(Settling);
            meters.ForEach(meter => meter.Begin());
            await Task.Delay(length);
            LoadRun.ThrowOnFault(sinks, relaying.Name);
        }
        finally
        {
            sinks.ForEach(sink => sink.Dispose());
        }

        return meters;
    }
}
