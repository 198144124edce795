using System.Globalization;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks.Load;

/// <summary>A process and all that runs below it (nginx's workers, the appliance's ffmpegs), as /proc shows them.</summary>
internal static class ProcessTree
{
    public static IReadOnlyList<int> Of(int processId) => [processId, .. Descendants.Of(processId)];

    /// <summary>Resident memory in MB of 1,000,000 bytes, shared pages counted in full.</summary>
    public static double Rss(int processId) => Of(processId).Sum(id => Field($"/proc/{id}/status", "VmRSS:"));

    /// <summary>Resident memory in MB, pages shared with others counted in shares.</summary>
    public static double Pss(int processId) => Of(processId).Sum(id => Field($"/proc/{id}/smaps_rollup", "Pss:"));

    private static double Field(string file, string name) =>
        long.Parse(
            File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024 / 1e6;
}
