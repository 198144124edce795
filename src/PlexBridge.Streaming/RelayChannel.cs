using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

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
