using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace PlexBridge.Settings;

/// <summary>A list of networks, as written and as understood. Immutable.</summary>
internal sealed class NetworkList
{
    // Who may reach a tuner that knows no sign-in: loopback, RFC 1918, link-local, carrier-grade NAT and IPv6's private range.
    private static readonly string[] PrivateNetworks =
    [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
        "::1/128", "fe80::/10", "fc00::/7",
    ];

    private static readonly string[] AllNetworks = ["0.0.0.0/0", "::/0"];

    private NetworkList(string text, ImmutableArray<IPNetwork> networks)
    {
        Text = text;
        Networks = networks;
    }

    public static NetworkList None { get; } = new("none", []);

    public static NetworkList Private { get; } = new("private", [.. PrivateNetworks.Select(text => IPNetwork.Parse(text))]);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    public ImmutableArray<IPNetwork> Networks { get; }

    public static bool TryParse(string text, [MaybeNullWhen(false)] out NetworkList list)
    {
        list = null;
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Equals("none", StringComparison.OrdinalIgnoreCase)) continue;
            if (part.Equals("private", StringComparison.OrdinalIgnoreCase)) networks.AddRange(Private.Networks);
            else if (part.Equals("any", StringComparison.OrdinalIgnoreCase)) networks.AddRange(AllNetworks.Select(all => IPNetwork.Parse(all)));
            else if (IPNetwork.TryParse(part, out var network)) networks.Add(Unmapped(network));
            else if (IPAddress.TryParse(part, out var address) && part.AsSpan().IndexOfAny('.', ':') >= 0)
                networks.Add(Unmapped(new IPNetwork(address, address.GetAddressBytes().Length * 8)));
            else return false;
        }

        list = new NetworkList(text.Trim().Length == 0 ? "none" : text.Trim(), networks.DrainToImmutable());
        return true;
    }

    private static IPNetwork Unmapped(IPNetwork network) => network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96
        ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96)
        : network;

    /// <summary>IPv4 inside IPv6 counts as the IPv4 it is.</summary>
    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in Networks)
            if (network.Contains(address))
                return true;
        return false;
    }

    public override string ToString() => Text;
}
