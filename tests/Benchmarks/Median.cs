namespace PlexBridge.Benchmarks;

/// <summary>Of several rounds, the one that neither a lucky nor an unlucky moment made.</summary>
internal static class Median
{
    public static double Of(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);
}
