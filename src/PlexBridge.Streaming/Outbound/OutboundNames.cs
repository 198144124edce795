using System.Net;
using System.Net.Sockets;

namespace PlexBridge.Streaming.Outbound;

/// <summary>From a host's name to the addresses that may be connected to.</summary>
internal static class OutboundNames
{
    /// <summary>
    /// Resolves a name and keeps what the outbound rules allow.
    /// </summary>
    /// <returns>At least one address.</returns>
    /// <exception cref="OutboundException">The name is not known, or leads only to addresses that may not be reached.</exception>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, OutboundReach reach, CancellationToken token)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(host, token).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new OutboundException(OutboundFault.NameNotFound, $"The name {host} is not known ({exception.SocketErrorCode}); check the address and this machine's DNS.", exception);
        }

        var allowed = addresses.Where(address => OutboundPolicy.IsAllowed(address, reach)).ToArray();
        if (allowed.Length == 0 && addresses.Length > 0)
            throw new OutboundException(OutboundFault.NotAllowed,
                $"{(IPAddress.TryParse(host, out _) ? host : $"{host} leads to {addresses[0]},")} is an address that this source may not reach. If it is yours, allow it with: plexbridge sources set NAME --private true");
        if (allowed.Length == 0)
            throw new OutboundException(OutboundFault.NameNotFound, $"The name {host} has no address.");
        return allowed;
    }
}
