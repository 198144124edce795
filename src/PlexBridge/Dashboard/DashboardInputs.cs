using PlexBridge.Channels;
using PlexBridge.Streaming;

namespace PlexBridge.Dashboard;

/// <summary>What the page takes from the rooms below; wired in one place at the start.</summary>
internal sealed record DashboardInputs
{
    /// <summary>The published lineup at this moment.</summary>
    public required Func<Lineup> Lineup { get; init; }

    /// <summary>The running sessions, oldest first.</summary>
    public required Func<IReadOnlyList<SessionSnapshot>> Sessions { get; init; }

    /// <summary>Every tuner with the session that holds it.</summary>
    public required Func<IReadOnlyList<TunerSnapshot>> Tuners { get; init; }

    /// <summary>Every source with its last import.</summary>
    public required Func<CancellationToken, Task<IReadOnlyList<SourceImport>>> ReadSourcesAsync { get; init; }

    /// <summary>Why clients can't find the tuner by themselves, as a sentence; null while they can.</summary>
    public required Func<string?> DiscoveryFault { get; init; }

    /// <summary>Why the demo's channels can't be made, as a sentence; null while they can or when there is no demo.</summary>
    public required Func<string?> DemoFault { get; init; }

    /// <summary>The HDHomeRun device id as clients see it.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The demo's channels are on.</summary>
    public required bool IsDemo { get; init; }

    /// <summary>The appliance's version.</summary>
    public required string Version { get; init; }

    /// <summary>A guide is served at /epg/xmltv.xml.</summary>
    public bool HasGuide { get; init; }
}
