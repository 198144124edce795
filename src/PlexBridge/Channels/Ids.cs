namespace PlexBridge.Channels;

/// <summary>A channel of ours; stays the same over refreshes, renumbering and renaming.</summary>
internal readonly record struct ChannelId(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A playable entry of a source; stays the same over refreshes as long as it is recognised.</summary>
internal readonly record struct StreamId(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>An account or playlist that is pulled.</summary>
internal readonly record struct SourceId(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
