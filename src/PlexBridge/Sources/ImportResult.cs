using PlexBridge.Channels;

namespace PlexBridge.Sources;

/// <summary>How a run ended.</summary>
internal enum ImportOutcome
{
    /// <summary>The list is in force.</summary>
    Applied,

    /// <summary>It is the one that was in force already.</summary>
    Unchanged,

    /// <summary>It was read but not taken over; the old state stays. Forcing takes it over where it has any stream.</summary>
    Refused,

    /// <summary>It could not be had or read; the old state stays.</summary>
    Failed,
}

/// <summary>What a run did.</summary>
/// <param name="Message">One sentence for people: what, why, what to do. Without credentials.</param>
/// <param name="Groups">In the list's order, with the counts of their live entries; empty where the list wasn't read.</param>
/// <param name="GuideUrls">Guide addresses in the list's header.</param>
internal sealed record ImportResult(
    SourceId Source,
    string SourceName,
    ImportOutcome Outcome,
    string Message,
    ImportCounts Counts,
    IReadOnlyList<ImportGroup> Groups,
    IReadOnlyList<string> GuideUrls)
{
    /// <summary>True where what is in force is what the source lists.</summary>
    public bool IsGood => Outcome is ImportOutcome.Applied or ImportOutcome.Unchanged;
}

/// <summary>Numbers of a run.</summary>
internal sealed record ImportCounts
{
    public int Entries { get; init; }
    public int Live { get; init; }
    public int Films { get; init; }
    public int Series { get; init; }
    public int NoStream { get; init; }
    public int Skipped { get; init; }
    public int Channels { get; init; }
    public int EnabledChannels { get; init; }
    public int Added { get; init; }
    public int Changed { get; init; }
    public int Vanished { get; init; }
    public int Returned { get; init; }
    public int Removed { get; init; }
}
