using System.Net;
using System.Net.Sockets;

namespace PlexBridge.Cli.Checks;

/// <summary>Whether the ports are free, or taken by the appliance that runs on this data folder.</summary>
internal static class PortCheck
{
    private const int DiscoveryPort = 65001;

    public static IEnumerable<CheckLine> Run(IPEndPoint listen, bool isApplianceRunning)
    {
        yield return CheckHttp(listen, isApplianceRunning);
        yield return CheckDiscovery(isApplianceRunning);
    }

    private static CheckLine CheckHttp(IPEndPoint listen, bool isApplianceRunning)
    {
        var subject = $"port {listen.Port}/tcp";
        if (listen.Port == 0) return CheckLine.Ok(subject, "a free one is picked at the start");
        return TryBind(SocketType.Stream, ProtocolType.Tcp, listen) switch
        {
            null => CheckLine.Ok(subject, $"{listen} is free"),
            SocketError.AddressAlreadyInUse when isApplianceRunning => CheckLine.Ok(subject, $"{listen} is taken, and an appliance runs on this data folder"),
            SocketError.AddressAlreadyInUse => CheckLine.Fail(subject,
                $"{listen} is taken by another program. Stop that, or choose another port: plexbridge settings set listen {new IPEndPoint(listen.Address, listen.Port + 1)}"),
            SocketError.AccessDenied => CheckLine.Fail(subject, $"This user may not listen on {listen}. Choose a port above 1023."),
            SocketError.AddressNotAvailable => CheckLine.Fail(subject, $"This machine has no address {listen.Address}. Listen on 0.0.0.0 or on one of its own."),
            { } error => CheckLine.Fail(subject, $"Listening on {listen} fails: {error}."),
        };
    }

    private static CheckLine CheckDiscovery(bool isApplianceRunning)
    {
        const string subject = "port 65001/udp";
        return TryBind(SocketType.Dgram, ProtocolType.Udp, new IPEndPoint(IPAddress.Any, DiscoveryPort)) switch
        {
            null => CheckLine.Ok(subject, "free"),
            SocketError.AddressAlreadyInUse when isApplianceRunning => CheckLine.Ok(subject, "taken, and an appliance runs on this data folder"),
            _ => CheckLine.Warn(subject, "Taken by another program: clients won't find the tuner by themselves; enter its address in Plex by hand."),
        };
    }

    private static SocketError? TryBind(SocketType type, ProtocolType protocol, IPEndPoint address)
    {
        using var socket = new Socket(address.AddressFamily, type, protocol);
        try
        {
            socket.Bind(address);
            if (type == SocketType.Stream) socket.Listen();
            return null;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode;
        }
    }
}
