using System.Net;
using System.Net.Sockets;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Sources;

/// <summary>
/// How far a new source may reach: what lies in a file, comes in by stdin or is served at a private address is the
/// household's own and may name private addresses; a list from the internet may not.
/// </summary>
internal static class SourceReach
{
    public static async Task<OutboundReach> DecideAsync(string location, CancellationToken cancellationToken)
    {
        if (!Source.IsHttpLocation(location))
            return OutboundReach.PrivateToo;
        if (!Uri.TryCreate(location, UriKind.Absolute, out var uri))
            return OutboundReach.PublicOnly;
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(uri.IdnHost.Trim('[', ']'), cancellationToken);
            return addresses.Length > 0 && addresses.All(OutboundPolicy.IsPrivate) ? OutboundReach.PrivateToo : OutboundReach.PublicOnly;
        }
        catch (SocketException)
        {
            // An unknown name; the fetch will say so.
            return OutboundReach.PublicOnly;
        }
    }
}
