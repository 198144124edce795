using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Channels;

/// <summary>One stream of a channel as the relay needs it: where it is, with which headers, under whose rules.</summary>
/// <param name="Headers">The source's headers, overruled by the stream's own.</param>
/// <param name="ConnectionLimit">How many connections the source allows at a time; 0: no limit.</param>
internal sealed record ChannelStream(
    StreamId Id,
    SourceId Source,
    string SourceName,
    string Name,
    SourceUrl Url,
    RequestHeaders Headers,
    OutboundReach Reach,
    int ConnectionLimit,
    bool IsVanished);
