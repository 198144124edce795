using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using PlexBridge.Settings;
using PlexBridge.Web.Admin;

namespace PlexBridge.Dashboard;

/// <summary>The address that a person enters in Plex: one that works from other machines wherever there is one.</summary>
internal static class TunerAddress
{
    // Bridges of containers and virtual machines: nobody on the network reaches us by their addresses.
    private static readonly string[] InnerInterfaces = ["docker", "br-", "veth", "virbr", "lxc", "cni", "podman"];

    public static ConnectModel Describe(HttpContext context, SettingsSnapshot settings, DashboardInputs inputs)
    {
        var host = context.Request.Host;
        var publicUrl = settings.Get(SettingsCatalog.PublicUrl);
        var own = settings.Get(SettingsCatalog.Listen).Address is var listen && IPAddress.IsLoopback(listen)
            ? []
            : OwnAddresses(listen).Select(address => new IPEndPoint(address, context.Connection.LocalPort).ToString()).ToList();

        var used = publicUrl is not null ? publicUrl.Authority + publicUrl.AbsolutePath.TrimEnd('/')
            : IsLoopback(host.Host) && own.Count > 0 ? own[0]
            : host.HasValue ? host.Value
            : new IPEndPoint(IPAddress.Loopback, context.Connection.LocalPort).ToString();
        return new ConnectModel(
            settings.Get(SettingsCatalog.TunerName), inputs.DeviceId, used,
            [.. own.Where(address => address != used)],
            publicUrl is null && IsLoopback(host.Host) && own.Count == 0,
            inputs.HasGuide ? $"http://{used}/epg/xmltv.xml" : null);
    }

    private static bool IsLoopback(string host) =>
        host.Length == 0
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static List<IPAddress> OwnAddresses(IPAddress listen)
    {
        if (!listen.Equals(IPAddress.Any) && !listen.Equals(IPAddress.IPv6Any))
            return [listen];
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .Where(card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                .Where(card => card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .Where(card => !InnerInterfaces.Any(inner => card.Name.StartsWith(inner, StringComparison.Ordinal)))
                .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)
                .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}
