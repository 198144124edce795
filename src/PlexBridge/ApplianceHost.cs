using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;
using PlexBridge.Settings;

namespace PlexBridge;

/// <summary>The web server and the log as the appliance wants them.</summary>
internal static class ApplianceHost
{
    private const int TcpUserTimeout = 18;

    /// <summary>After this long without an acknowledgement a viewer is dead (unplugged, out of reach), whatever the kernel's retries say.</summary>
    private static readonly TimeSpan DeadViewer = TimeSpan.FromSeconds(30);

    public static WebApplicationBuilder CreateBuilder(SettingsHolder settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        // stdout carries the ready line and nothing else.
        builder.Logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        var lowest = new LowestLevel(settings);
        builder.Logging.AddFilter(lowest.IsLogged);

        var listen = settings.Current.Get(SettingsCatalog.Listen);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A player may write its name in Latin-1; only the Host has to be exact.
            kestrel.RequestHeaderEncodingSelector = name => name.Equals("Host", StringComparison.OrdinalIgnoreCase) ? null : System.Text.Encoding.Latin1;
            kestrel.Listen(listen, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxConcurrentConnections = 1024;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            // Accepted connections inherit it.
            if (OperatingSystem.IsLinux())
                socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes((int)DeadViewer.TotalMilliseconds));
            return socket;
        });
        return builder;
    }
}
