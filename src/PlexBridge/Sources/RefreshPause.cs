namespace PlexBridge.Sources;

/// <summary>How long a source rests between refreshes.</summary>
internal static class RefreshPause
{
    public static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The interval, or after failures 5 min, 10 min, 20 min … up to the interval; give or take a tenth, so that many
    /// appliances don't ask one server at the same moment.
    /// </summary>
    public static TimeSpan After(TimeSpan interval, int failures) => After(interval, failures, Random.Shared.NextDouble());

    /// <param name="chance">0 to 1.</param>
    internal static TimeSpan After(TimeSpan interval, int failures, double chance)
    {
        var pause = failures == 0 ? interval : FirstRetry * Math.Pow(2, Math.Min(failures - 1, 20));
        if (pause > interval)
            pause = interval;
        return pause * (0.9 + 0.2 * chance);
    }
}
