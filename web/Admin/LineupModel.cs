namespace PlexBridge.Web.Admin;

/// <summary>The published channels.</summary>
public sealed record LineupModel
{
    /// <summary>The channels shown, by number; at most <see cref="MostRows"/>.</summary>
    public required IReadOnlyList<LineupRow> Rows { get; init; }

    /// <summary>The groups of all published channels, with counts, by name.</summary>
    public required IReadOnlyList<GroupCount> Groups { get; init; }

    /// <summary>How many channels are published.</summary>
    public required int PublishedCount { get; init; }

    /// <summary>How many are enabled; more than are published when the limit cuts.</summary>
    public required int EnabledCount { get; init; }

    /// <summary>The most that are published.</summary>
    public required int Limit { get; init; }

    /// <summary>There is a source, so an empty lineup isn't for want of one.</summary>
    public required bool HasSources { get; init; }

    /// <summary>The most rows a page carries.</summary>
    public const int MostRows = 1000;

    /// <summary>The share of the limit that is used, 0 to 100.</summary>
    public int PercentOfLimit => Limit <= 0 ? 0 : (int)Math.Min(100L, EnabledCount * 100L / Limit);
}

/// <summary>One published channel.</summary>
public sealed record LineupRow(string Number, string Name, string Group, bool IsHd, bool IsFavorite, bool IsVanished);

/// <summary>A group and how many channels it has.</summary>
public sealed record GroupCount(string Name, int Channels);
