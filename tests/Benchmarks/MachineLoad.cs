using System.Diagnostics;
using System.Globalization;

namespace PlexBridge.Benchmarks;

/// <summary>
/// What the rest of the machine did while something was measured: a busy one makes figures of time meaningless and
/// figures of CPU doubtful.
/// </summary>
internal sealed class MachineLoad
{
    private const double TicksPerSecond = 100;
    private const double Quiet = 0.1;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly double _others = Others();

    /// <summary>A row for the table where others took more than a tenth of a core; what was measured must have ended.</summary>
    public string? Remark
    {
        get
        {
            var cores = (Others() - _others) / Stopwatch.GetElapsedTime(_started).TotalSeconds;
            return cores < Quiet ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"| | | | | doubtful: other programs took {cores:0.0} of {Environment.ProcessorCount} cores while the rows above were measured |");
        }
    }

    /// <summary>CPU seconds of the whole machine less those of this process and of its children that have ended.</summary>
    private static double Others()
    {
        var machine = Numbers(File.ReadLines("/proc/stat").First()[3..]);
        // After "12 (name) ": state and then field 4 of proc(5) on.
        var stat = File.ReadAllText("/proc/self/stat");
        var own = Numbers(stat[(stat.LastIndexOf(')') + 4)..]);
        return (machine[0] + machine[1] + machine[2] - own[10..14].Sum()) / TicksPerSecond;
    }

    private static long[] Numbers(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => long.Parse(number, CultureInfo.InvariantCulture)).Take(20)];
}
