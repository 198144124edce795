using System.Net;
using System.Net.NetworkInformation;

namespace PlexBridge.Streaming.Upstream;

/// <summary>Finds the interface that a person means by its name or by an address of it.</summary>
internal static class MulticastInterface
{
    /// <summary>Its index as the kernel counts; 0 for none given: the kernel chooses by its routes.</summary>
    /// <exception cref="UpstreamException">There is no such interface; the message says which there are.</exception>
    public static int IndexOf(string nameOrAddress, bool isIPv6)
    {
        if (nameOrAddress.Length == 0)
            return 0;
        var isAddress = IPAddress.TryParse(nameOrAddress, out var address);
        var cards = NetworkInterface.GetAllNetworkInterfaces();
        foreach (var card in cards)
        {
            var properties = card.GetIPProperties();
            var isMeant = isAddress
                ? properties.UnicastAddresses.Any(unicast => unicast.Address.Equals(address))
                : card.Name.Equals(nameOrAddress, StringComparison.Ordinal);
            if (!isMeant)
                continue;
            try
            {
                return isIPv6 ? properties.GetIPv6Properties().Index : properties.GetIPv4Properties().Index;
            }
            catch (NetworkInformationException exception)
            {
                throw new UpstreamException(UpstreamFault.Unreachable,
                    $"The interface {nameOrAddress} has no {(isIPv6 ? "IPv6" : "IPv4")} address to receive multicast on.", exception);
            }
        }

        throw new UpstreamException(UpstreamFault.Unreachable,
            $"There is no network interface “{nameOrAddress}” to receive multicast on; there are {string.Join(", ", cards.Select(card => card.Name))}. Choose one with: plexbridge settings set network.multicast NAME");
    }
}
