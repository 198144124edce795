using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace PlexBridge.Channels;

/// <summary>One published channel.</summary>
/// <param name="GuideId">The XMLTV id the source names (tvg-id); null where it names none.</param>
/// <param name="IsVanished">Its source no longer lists any of its streams; kept for a grace period.</param>
internal sealed record LineupChannel(
    ChannelId Id,
    ChannelNumber Number,
    string Name,
    string Group,
    string? LogoUrl,
    string? GuideId,
    bool IsHd,
    bool IsFavorite,
    bool IsDrm,
    bool IsVanished);

/// <summary>The published channels in the order of their numbers. Immutable: a change makes a new one.</summary>
internal sealed class Lineup
{
    private readonly Dictionary<ChannelNumber, LineupChannel> _byNumber;
    private readonly Dictionary<ChannelId, LineupChannel> _byId;

    /// <param name="channels">At most <paramref name="limit"/>, in the order of their numbers.</param>
    /// <param name="enabledCount">How many channels are enabled, published or not.</param>
    public Lineup(ImmutableArray<LineupChannel> channels, int enabledCount, int limit)
    {
        Channels = channels;
        EnabledCount = enabledCount;
        Limit = limit;
        _byNumber = channels.ToDictionary(channel => channel.Number);
        _byId = channels.ToDictionary(channel => channel.Id);
    }

    public static Lineup Empty { get; } = new([], 0, 0);

    public ImmutableArray<LineupChannel> Channels { get; }

    public int EnabledCount { get; }

    /// <summary>The setting lineup.limit at the time of publishing.</summary>
    public int Limit { get; }

    /// <summary>Enabled channels that the limit keeps out.</summary>
    public int Omitted => EnabledCount - Channels.Length;

    public bool TryFind(ChannelNumber number, [NotNullWhen(true)] out LineupChannel? channel) => _byNumber.TryGetValue(number, out channel);

    public bool TryFind(ChannelId id, [NotNullWhen(true)] out LineupChannel? channel) => _byId.TryGetValue(id, out channel);

    /// <summary>The same with channels that no source lists (the demo's); a number that is taken stays with its holder.</summary>
    /// <param name="limit">What the setting allows, these channels included.</param>
    public Lineup WithAlso(ImmutableArray<LineupChannel> channels, int limit)
    {
        var added = channels.Where(channel => !_byNumber.ContainsKey(channel.Number)).ToArray();
        return new Lineup([.. Channels.Concat(added).OrderBy(channel => channel.Number)], EnabledCount + added.Length, limit);
    }

    /// <summary>Whether both publish the same; a reload that changes nothing is not announced.</summary>
    public bool PublishesTheSameAs(Lineup other) =>
        EnabledCount == other.EnabledCount && Limit == other.Limit && Channels.AsSpan().SequenceEqual(other.Channels.AsSpan());
}
