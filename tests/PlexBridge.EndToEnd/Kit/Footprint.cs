using System.Globalization;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>What a process holds at a moment, as the kernel counts it.</summary>
/// <param name="ResidentKilobytes">Memory in RAM.</param>
/// <param name="OpenFiles">Files and sockets.</param>
/// <param name="Threads">Threads.</param>
internal sealed record Footprint(long ResidentKilobytes, int OpenFiles, int Threads)
{
    public static Footprint Of(int processId) => new(
        Status(processId, "VmRSS"), Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count(), (int)Status(processId, "Threads"));

    /// <summary>The larger one of each.</summary>
    public Footprint Or(Footprint other) => new(
        Math.Max(ResidentKilobytes, other.ResidentKilobytes), Math.Max(OpenFiles, other.OpenFiles), Math.Max(Threads, other.Threads));

    private static long Status(int processId, string name) => long.Parse(
        File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal))
            .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
