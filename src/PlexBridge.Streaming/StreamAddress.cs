using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming;

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
    public Children.ChildCommand? Child { get; init; }
}

/// <summary>A channel as the relay sees it: what to call it and its streams, the primary first, then the backups in order.</summary>
/// <param name="Key">Viewers with the same key share a relay.</param>
/// <param name="Number">The number viewers know it by.</param>
/// <param name="Name">The name viewers know it by.</param>
/// <param name="Streams">At least one.</param>
public sealed record RelayChannel(string Key, string Number, string Name, IReadOnlyList<StreamAddress> Streams);

/// <summary>Who watches.</summary>
/// <param name="Address">The viewer's IP address.</param>
/// <param name="UserAgent">What the viewer's program calls itself; empty where it doesn't.</param>
public sealed record Viewer(string Address, string UserAgent);
