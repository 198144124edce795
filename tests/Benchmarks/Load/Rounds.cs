using System.Globalization;

namespace PlexBridge.Benchmarks.Load;

/// <summary>Several measurements in turns, so that what else the machine does falls on all of them.</summary>
internal sealed class Rounds
{
    private const int Count = 3;

    private readonly List<(Func<Task<LoadCost>> Turn, List<LoadCost> Costs)> _turns = [];

    /// <summary>Adds a turn to every round; the list fills as they are run.</summary>
    public IReadOnlyList<LoadCost> Add(IRelaying relaying, LoadShape shape) => Add(() => LoadRun.MeasureAsync(relaying, shape));

    /// <summary>Adds a turn of another kind.</summary>
    public IReadOnlyList<LoadCost> Add(Func<Task<LoadCost>> turn)
    {
        var costs = new List<LoadCost>();
        _turns.Add((turn, costs));
        return costs;
    }

    public async Task RunAsync()
    {
        for (var round = 0; round < Count; round++)
            foreach (var (turn, costs) in _turns)
                costs.Add(await turn());
    }

    /// <summary>Our CPU per GB delivered as a ratio to the peer's, medians of both, with both in the note.</summary>
    public static Figure Compare(string name, IReadOnlyList<LoadCost> ours, IReadOnlyList<LoadCost> theirs, double? target)
    {
        var (cost, yardstick) = (Median.Of([.. ours.Select(one => one.PerGigabyte)]), Median.Of([.. theirs.Select(one => one.PerGigabyte)]));
        return new Figure(name, cost / yardstick, target, "×", Note: string.Create(
            CultureInfo.InvariantCulture,
            $"{cost:0.000} against {yardstick:0.000} CPU s/GB ({Percent(ours):0.0} against {Percent(theirs):0.0} % of a core), {Rate(ours):0} against {Rate(theirs):0} Mbit/s, {Megabytes(ours):0} against {Megabytes(theirs):0} MB; medians of {ours.Count}"));
    }

    private static double Percent(IReadOnlyList<LoadCost> costs) => Median.Of([.. costs.Select(cost => cost.Percent)]);

    private static double Rate(IReadOnlyList<LoadCost> costs) => Median.Of([.. costs.Select(cost => cost.Rate)]);

    private static double Megabytes(IReadOnlyList<LoadCost> costs) => Median.Of([.. costs.Select(cost => cost.Megabytes)]);
}
