using System.Net;
using PlexBridge.Settings;

namespace PlexBridge.Tuner;

/// <summary>The address that documents send a client back to: the one it used, so that it is reachable from where the client is.</summary>
internal static class BaseAddress
{
    /// <summary>`http://host:port` without a slash at the end. The Host was checked at the gate.</summary>
    public static string Of(HttpContext context, SettingsSnapshot settings)
    {
        if (settings.Get(SettingsCatalog.PublicUrl) is { } publicUrl)
            return publicUrl.AbsoluteUri.TrimEnd('/');
        var host = context.Request.Host;
        return host.HasValue
            ? context.Request.Scheme + "://" + host.ToUriComponent()
            : Of(new IPEndPoint(Unmapped(context.Connection.LocalIpAddress ?? IPAddress.Loopback), context.Connection.LocalPort));
    }

    /// <summary>The address of an end point of ours, the port always written.</summary>
    public static string Of(IPEndPoint endPoint) => "http://" + endPoint;

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
