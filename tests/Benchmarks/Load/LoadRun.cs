using System.Diagnostics;

namespace PlexBridge.Benchmarks.Load;

/// <summary>How many viewers watch what, and for how long they are measured.</summary>
/// <param name="Channels">Watched at the same time.</param>
/// <param name="Viewers">Of each channel.</param>
/// <param name="Window">How long the measurement takes.</param>
internal sealed record LoadShape(int Channels, int Viewers, TimeSpan Window)
{
    /// <summary>Between the first bytes and the measurement.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>What it cost.</summary>
/// <param name="Cpu">CPU seconds.</param>
/// <param name="Gigabytes">That viewers got.</param>
/// <param name="Elapsed">Seconds.</param>
/// <param name="Megabytes">Resident at the end of the window, under load.</param>
internal sealed record LoadCost(double Cpu, double Gigabytes, double Elapsed, double Megabytes)
{
    /// <summary>CPU seconds per GB delivered.</summary>
    public double PerGigabyte => Cpu / Gigabytes;

    /// <summary>Percent of one core.</summary>
    public double Percent => Cpu / Elapsed * 100;

    /// <summary>Mbit/s to all viewers together.</summary>
    public double Rate => Gigabytes * 8e3 / Elapsed;
}

/// <summary>One measurement: viewers come, settle, are counted for a while, and leave.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    public static async Task<LoadCost> MeasureAsync(IRelaying relaying, LoadShape shape)
    {
        var sinks = new List<Sink>();
        try
        {
            for (var viewer = 0; viewer < shape.Viewers; viewer++)
                for (var channel = 1; channel <= shape.Channels; channel++)
                    sinks.Add(new Sink(relaying.EndPoint, relaying.Path(channel)));
            await AllReceiveAsync(sinks, relaying.Name);
            await Task.Delay(shape.Settling);
            var cost = await CountAsync(
                shape.Window, [relaying.ProcessId], () => sinks.Sum(sink => sink.Received), () => ProcessTree.Rss(relaying.ProcessId));
            ThrowOnFault(sinks, relaying.Name);
            return cost;
        }
        finally
        {
            sinks.ForEach(sink => sink.Dispose());
        }
    }

    /// <summary>Counts for a while what some processes use and what is delivered.</summary>
    public static async Task<LoadCost> CountAsync(
        TimeSpan window, IReadOnlyList<int> processIds, Func<long> delivered, Func<double> megabytes)
    {
        var (cpu, bytes, started) = (Cpu(), delivered(), Stopwatch.GetTimestamp());
        await Task.Delay(window);
        return new LoadCost((Cpu() - cpu).TotalSeconds, (delivered() - bytes) / 1e9, Stopwatch.GetElapsedTime(started).TotalSeconds, megabytes());

        TimeSpan Cpu() => processIds.Aggregate(TimeSpan.Zero, (sum, id) => sum + CpuClock.OfTree(id));
    }

    /// <summary>Waits until every viewer has got something.</summary>
    public static async Task AllReceiveAsync(IReadOnlyList<Sink> sinks, string server)
    {
        var started = Stopwatch.GetTimestamp();
        while (sinks.Any(sink => sink.Received == 0))
        {
            ThrowOnFault(sinks, server);
            if (Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new TimeoutException($"{server}: {sinks.Count(sink => sink.Received == 0)} of {sinks.Count} viewers got nothing");
            await Task.Delay(20);
        }
    }

    /// <summary>A figure of streams that broke would be none.</summary>
    public static void ThrowOnFault(IReadOnlyList<Sink> sinks, string server)
    {
        if (sinks.FirstOrDefault(sink => sink.Fault is not null) is { } broken)
            throw new InvalidOperationException($"{server}: {sinks.Count(sink => sink.Fault is not null)} of {sinks.Count} viewers: {broken.Fault}");
    }
}
