using System.Net;
using PlexBridge.Settings;

namespace PlexBridge.Accounts;

/// <summary>What reverse proxies add to a request: who really asks, and for which address.</summary>
internal static class ForwardedHeaders
{
    private const string For = "X-Forwarded-For";
    private const string Host = "X-Forwarded-Host";
    private const string Proto = "X-Forwarded-Proto";

    /// <summary>Whether the request carries any header that only a proxy adds.</summary>
    public static bool ArePresent(IHeaderDictionary headers)
    {
        foreach (var (name, _) in headers)
            if (IsForwarded(name))
                return true;
        return false;
    }

    /// <summary>
    /// Takes over what a trusted proxy says: the viewer's address onto the connection, scheme and host onto the request.
    /// False when what it says can't be understood; nothing is guessed from half of it.
    /// </summary>
    public static bool TryApply(HttpContext context, NetworkList proxies)
    {
        var headers = context.Request.Headers;
        // Without X-Forwarded-For the viewer would pass as the proxy itself, which is usually allowed.
        if (headers[For].Count == 0 || !TryFindViewer(headers[For].ToString(), proxies, out var viewer))
            return false;
        if (Last(headers[Proto].ToString()) is { Length: > 0 } scheme)
        {
            if (scheme is not ("http" or "https"))
                return false;
            context.Request.Scheme = scheme;
        }
        if (Last(headers[Host].ToString()) is { Length: > 0 } host)
        {
            if (!HostCheck.IsWellFormed(host))
                return false;
            context.Request.Host = new HostString(host);
        }

        context.Connection.RemoteIpAddress = viewer;
        return true;
    }

    private static bool IsForwarded(string name) =>
        name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || name.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase);

    // Each proxy appends whom it was asked by, so the last one that is no proxy of ours is the viewer; what stands before
    // it was written by the viewer and proves nothing.
    private static bool TryFindViewer(string chain, NetworkList proxies, out IPAddress viewer)
    {
        viewer = IPAddress.None;
        var hops = chain.Split(',', StringSplitOptions.TrimEntries);
        for (var index = hops.Length - 1; index >= 0; index--)
        {
            if (!TryParseHop(hops[index], out viewer))
                return false;
            if (!proxies.Contains(viewer))
                return true;
        }
        return true;
    }

    // "192.0.2.7", "192.0.2.7:4711", "2001:db8::7", "[2001:db8::7]:4711"
    private static bool TryParseHop(string hop, out IPAddress address)
    {
        if (IPAddress.TryParse(hop, out address!))
            return true;
        var isParsed = IPEndPoint.TryParse(hop, out var endPoint);
        address = endPoint?.Address ?? IPAddress.None;
        return isParsed;
    }

    /// <summary>What the nearest proxy wrote; what stands before it may come from the viewer.</summary>
    private static string Last(string list) => list[(list.LastIndexOf(',') + 1)..].Trim();
}
