namespace PlexBridge.Channels;

/// <summary>A channel with all its store knows, published or not: what lists and edits show.</summary>
internal sealed record StoredChannel(
    ChannelId Id,
    ChannelNumber Number,
    string Name,
    string Group,
    string SourceName,
    bool IsEnabled,
    bool IsEdited,
    bool IsVanished,
    int Streams);

/// <summary>A group with its counts.</summary>
internal sealed record ChannelGroup(string Name, int Channels, int Enabled);
