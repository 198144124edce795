using System.Net;
using System.Net.Sockets;

namespace PlexBridge.Streaming.Outbound;

/// <summary>How far the addresses of a source may reach.</summary>
public enum OutboundReach
{
    /// <summary>The public internet only: what a playlist fetched from the internet may name.</summary>
    PublicOnly,

    /// <summary>The household's networks and this machine as well: for sources from a file, from stdin or from a private address.</summary>
    PrivateToo,
}

/// <summary>
/// Which resolved addresses may be connected to. Asked at connect time on every hop, so that neither a redirect nor
/// a name that resolves inwards can make the appliance knock on its owner's network.
/// </summary>
public static class OutboundPolicy
{
    /// <summary>Whether a connection to the address is allowed. Cloud metadata services never are.</summary>
    public static bool IsAllowed(IPAddress address, OutboundReach reach)
    {
        ArgumentNullException.ThrowIfNull(address);
        address = Unwrap(address);
        if (IsNever(address))
            return false;
        return reach == OutboundReach.PrivateToo || !IsPrivate(address);
    }

    /// <summary>True for loopback, private, link-local, shared (100.64/10), unique local and other addresses that the public internet doesn't route.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address = Unwrap(address);
        foreach (var network in PrivateNetworks)
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
                return true;
        return false;
    }

    private static bool IsNever(IPAddress address) =>
        Array.IndexOf(MetadataAddresses, address) >= 0
        || address.Equals(IPAddress.Broadcast)
        || address.Equals(IPAddress.Any)
        || address.Equals(IPAddress.IPv6Any);

    /// <summary>The IPv4 address inside an IPv4-mapped, NAT64 (64:ff9b::/96) or 6to4 (2002::/16) address; else the address itself.</summary>
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.ScopeId != 0)
            address = new IPAddress(bytes);
        if (Nat64.Contains(address))
            return new IPAddress(bytes[12..]);
        return bytes[0] == 0x20 && bytes[1] == 0x02 ? new IPAddress(bytes[2..6]) : address;
    }

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private static readonly IPAddress[] MetadataAddresses =
    [
        IPAddress.Parse("169.254.169.254"), // AWS, Azure, GCP, OpenStack
        IPAddress.Parse("169.254.170.2"),   // AWS container credentials
        IPAddress.Parse("100.100.100.200"), // Alibaba
        IPAddress.Parse("168.63.129.16"),   // Azure's host agent
        IPAddress.Parse("fd00:ec2::254"),   // AWS over IPv6
        IPAddress.Parse("fd20:ce::254"),    // GCP over IPv6
    ];

    private static readonly IPNetwork[] PrivateNetworks =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "64:ff9b:1::/48", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];
}
