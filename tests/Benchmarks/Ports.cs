using System.Net;
using System.Net.Sockets;

namespace PlexBridge.Benchmarks;

/// <summary>TCP ports that are free at the moment of asking.</summary>
internal static class Ports
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
