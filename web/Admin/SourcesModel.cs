namespace PlexBridge.Web.Admin;

/// <summary>Where channels come from.</summary>
/// <param name="Sources">All sources.</param>
/// <param name="IsDemo">The demo's test channels are on.</param>
public sealed record SourcesModel(IReadOnlyList<SourceModel> Sources, bool IsDemo);

/// <summary>How the last import of a source ended.</summary>
public enum ImportOutcome
{
    /// <summary>It has not been imported yet.</summary>
    Never,

    /// <summary>It is being imported.</summary>
    Running,

    /// <summary>Its changes were taken over.</summary>
    Applied,

    /// <summary>Nothing had changed.</summary>
    Unchanged,

    /// <summary>What came looked wrong; the old state was kept.</summary>
    Refused,

    /// <summary>It could not be fetched or read; the old state was kept.</summary>
    Failed,
}

/// <summary>One source and its last import.</summary>
public sealed record SourceModel
{
    /// <summary>The source's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it comes from, without credentials.</summary>
    public required string Place { get; init; }

    /// <summary>How its last import ended.</summary>
    public required ImportOutcome Outcome { get; init; }

    /// <summary>The reason of a refusal or failure, else null.</summary>
    public string? Message { get; init; }

    /// <summary>When the last import ended, or began if it still runs.</summary>
    public DateTimeOffset? ImportedAt { get; init; }

    /// <summary>When the next one is due; null when it isn't refreshed by itself.</summary>
    public DateTimeOffset? NextRefresh { get; init; }

    /// <summary>What the last import counted; null before the first.</summary>
    public ImportCounts? Counts { get; init; }
}

/// <summary>What an import counted.</summary>
/// <param name="Entries">Entries read.</param>
/// <param name="Channels">Channels they make.</param>
/// <param name="Added">New ones.</param>
/// <param name="Changed">Changed ones.</param>
/// <param name="Vanished">Ones that are gone and kept for a while.</param>
/// <param name="NotChannels">Films, series and entries without a stream address.</param>
public sealed record ImportCounts(long Entries, long Channels, long Added, long Changed, long Vanished, long NotChannels);
