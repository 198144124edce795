using PlexBridge.Streaming.Children;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>One playable entry of a source, as the relay needs it.</summary>
public sealed record StreamAddress
{
    /// <summary>Identity of the stream in the appliance.</summary>
    public required long StreamId { get; init; }

    /// <summary>Identity of the source; connection limits are counted by it.</summary>
    public required long SourceId { get; init; }

    /// <summary>What a person calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is.</summary>
    public required SourceUrl Url { get; init; }

    /// <summary>Headers for playlist, key and segments alike.</summary>
    public RequestHeaders Headers { get; init; } = RequestHeaders.None;

    /// <summary>How far its addresses may reach.</summary>
    public OutboundReach Reach { get; init; } = OutboundReach.PublicOnly;

    /// <summary>How many connections its source allows at a time; 0 = no limit.</summary>
    public int ConnectionLimit { get; init; }

    /// <summary>Set for a demo channel: ffmpeg's arguments take the place of a connection.</summary>
    public ChildCommand? Child { get; init; }
}
