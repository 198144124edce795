using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace PlexBridge.Discovery;

/// <summary>Where the tuner's HTTP came up, the port that was picked for 0 included.</summary>
internal static class HttpListening
{
    /// <summary>The first address the server listens on; null until it does.</summary>
    public static IPEndPoint? Find(IServer server)
    {
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } text)
            return null;
        var address = BindingAddress.Parse(text);
        // Bound to a name or to anything, the server writes a name, * or + where an address would stand.
        if (!IPAddress.TryParse(address.Host, out var host))
            host = address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
        return address.Port == 0 ? null : new IPEndPoint(host, address.Port);
    }
}
