using System.Globalization;
using System.Net;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// Where datagrams come in: a multicast group, or an address of this machine. Written as players have it:
/// <c>udp://@239.1.2.3:1234</c>, <c>udp://SOURCE@GROUP:PORT</c>, <c>udp://:1234</c>; an interface may follow as
/// <c>?iface=eth1</c> or <c>?localaddr=192.168.1.2</c>.
/// </summary>
/// <param name="Address">The group, or the address to listen on.</param>
/// <param name="Port">The port.</param>
/// <param name="Source">The only sender whose datagrams count; null for any.</param>
/// <param name="Interface">Name or address of the interface; null where the address doesn't say.</param>
internal sealed record UdpAddress(IPAddress Address, int Port, IPAddress? Source, string? Interface)
{
    private const int LongestAddress = 512;

    // What players take where the port is left out.
    private const int UdpPort = 1234;
    private const int RtpPort = 5004;

    /// <summary>True for a group that is joined, false for an address that is listened on.</summary>
    public bool IsMulticast => IsGroup(Address);

    /// <summary>Reads an address whose scheme is udp or rtp.</summary>
    /// <param name="text">The whole address.</param>
    /// <param name="address">What it says.</param>
    /// <param name="fault">Why it says nothing; a sentence for people.</param>
    public static bool TryParse(string text, out UdpAddress address, out string fault)
    {
        address = new UdpAddress(IPAddress.Any, 0, null, null);
        fault = "";
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || text.Length > LongestAddress)
        {
            fault = "is no address of the form udp://@GROUP:PORT";
            return false;
        }

        var rest = text.AsSpan(scheme + 3);
        var end = rest.IndexOfAny('/', '?', '#');
        var query = end < 0 ? default : rest[end..];
        rest = end < 0 ? rest : rest[..end];
        query = query.IndexOf('?') is var mark && mark < 0 ? default : query[(mark + 1)..];
        query = query.IndexOf('#') is var hash && hash < 0 ? query : query[..hash];

        var at = rest.LastIndexOf('@');
        IPAddress? source = null;
        if (at > 0 && !TryReadHost(rest[..at], out source))
        {
            fault = "names a sender that is no IP address";
            return false;
        }

        if (!TryReadPort(ref rest, at, text.StartsWith("rtp", StringComparison.OrdinalIgnoreCase) ? RtpPort : UdpPort, out var port))
        {
            fault = "has no port between 1 and 65535";
            return false;
        }

        var host = IPAddress.Any;
        if (!rest.IsEmpty && !TryReadHost(rest, out host!))
        {
            fault = "names no IP address: a multicast group, an address of this machine, or nothing to listen on all of them";
            return false;
        }

        var (card, sender) = ReadQuery(query);
        source ??= sender;
        if (source is not null && (source.AddressFamily != host.AddressFamily || IsGroup(source)))
        {
            fault = "names a sender that is no address of the group's kind";
            return false;
        }

        address = new UdpAddress(host, port, source, card);
        return true;
    }

    private static bool TryReadPort(scoped ref ReadOnlySpan<char> rest, int at, int usual, out int port)
    {
        rest = rest[(at + 1)..];
        port = usual;
        var colon = rest.LastIndexOf(':');
        // Inside brackets it belongs to the address.
        if (colon < 0 || colon < rest.LastIndexOf(']'))
            return true;
        var digits = rest[(colon + 1)..];
        rest = rest[..colon];
        return digits.IsEmpty
            || (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= IPEndPoint.MaxPort);
    }

    private static bool TryReadHost(ReadOnlySpan<char> text, out IPAddress? host)
    {
        var isBracketed = text is ['[', .., ']'];
        if (isBracketed)
            text = text[1..^1];
        // Without brackets IPAddress would take "1" and "0x7f000001" for addresses.
        if (!isBracketed && text.Count('.') != 3)
        {
            host = null;
            return false;
        }

        return IPAddress.TryParse(text, out host);
    }

    private static (string? Interface, IPAddress? Sender) ReadQuery(ReadOnlySpan<char> query)
    {
        string? card = null;
        IPAddress? sender = null;
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if (equals <= 0 || equals == pair.Length - 1)
                continue;
            var value = pair[(equals + 1)..];
            if (pair[..equals] is "localaddr" or "iface" or "interface")
                card = Uri.UnescapeDataString(value);
            else if (pair[..equals] is "sources" && TryReadHost(value.IndexOf(',') is var comma && comma < 0 ? value : value[..comma], out var named))
                sender = named;
        }

        return (card, sender);
    }

    private static bool IsGroup(IPAddress address) =>
        address.IsIPv6Multicast || (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && (address.GetAddressBytes()[0] & 0xF0) == 0xE0);
}
