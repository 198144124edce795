using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks.Load;

/// <summary>A running nginx with one location. Owns the process and its folder.</summary>
internal sealed class NginxPeer : IRelaying, IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private readonly TempFolder _folder;
    private readonly Process _process;

    private NginxPeer(string name, TempFolder folder, Process process, int port) =>
        (Name, _folder, _process, EndPoint) = (name, folder, process, new IPEndPoint(IPAddress.Loopback, port));

    public string Name { get; }

    public IPEndPoint EndPoint { get; }

    public int ProcessId => _process.Id;

    /// <summary>Whether this machine has it.</summary>
    public static bool IsInstalled => Programs.Find("nginx") is not null;

    /// <summary>A plain reverse proxy of a source, one worker: all else as nginx comes.</summary>
    public static Task<NginxPeer> ProxyAsync(LoadServer source) =>
        StartAsync("nginx", "1", _ => $"proxy_pass http://{source.EndPoint};");

    /// <summary>The same with eight buffers of 256 KB, and nothing ever written to disk.</summary>
    public static Task<NginxPeer> TunedProxyAsync(LoadServer source) =>
        StartAsync("nginx tuned", "1", _ => $"""
            proxy_pass http://{source.EndPoint};
            proxy_buffer_size 256k; proxy_buffers 8 256k; proxy_busy_buffers_size 512k; proxy_max_temp_file_size 0;
            """);

    /// <summary>Serves the files of a folder, with a worker per core.</summary>
    public static Task<NginxPeer> FilesAsync(IReadOnlyDictionary<string, byte[]> files) =>
        StartAsync("nginx", "auto", folder =>
        {
            foreach (var (name, content) in files)
                File.WriteAllBytes(folder[name], content);
            return $"root {folder.Path};";
        });

    public string Path(int channel) => string.Create(CultureInfo.InvariantCulture, $"/{channel}");

    public async ValueTask DisposeAsync()
    {
        await Verbs.TerminateAsync(_process);
        _process.Dispose();
        _folder.Dispose();
    }

    private static async Task<NginxPeer> StartAsync(string name, string workers, Func<TempFolder, string> location)
    {
        var program = Programs.Find("nginx") ?? throw new InvalidOperationException("nginx is not installed");
        var folder = new TempFolder();
        var port = Ports.Free();
        var file = folder.Write("nginx.conf", Configuration(folder.Path, port, workers, location(folder)));
        var peer = new NginxPeer(name, folder, Process.Start(program, ["-p", folder.Path, "-c", file]), port);
        try
        {
            await Descendants.UntilAsync(() => peer._process.HasExited || Answers(peer.EndPoint), StartLimit, "nginx answers");
            return peer._process.HasExited ? throw new InvalidOperationException("nginx ended at once") : peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    private static bool Answers(IPEndPoint server)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(server);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Configuration(string folder, int port, string workers, string location) => $$"""
        daemon off;
        user root;
        worker_processes {{workers}};
        pid {{folder}}/nginx.pid;
        error_log stderr crit;
        events { worker_connections 1024; }
        http {
            types { application/json json; }
            access_log off;
            sendfile on;
            tcp_nopush on;
            keepalive_requests 100000000;
            client_body_temp_path {{folder}}; proxy_temp_path {{folder}}; fastcgi_temp_path {{folder}}; uwsgi_temp_path {{folder}}; scgi_temp_path {{folder}};
            server { listen 127.0.0.1:{{port}}; location / { {{location}} } }
        }
        """;
}
