using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>A real server of one protocol with a picture and a tone. Owns its processes and its folder.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private static readonly string[] Picture =
    [
        "-hide_banner", "-loglevel", "error", "-nostdin", "-re",
        "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
        "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "25", "-b:v", "300k", "-c:a", "aac", "-b:a", "64k",
    ];

    private readonly List<Process> _processes = [];
    private readonly TempFolder _folder = new();
    private FakeSource? _source;

    private RealServer()
    {
    }

    /// <summary>What a playlist would have.</summary>
    public string Url { get; private set; } = "";

    /// <summary>HLS whose segments are fragmented MP4.</summary>
    public static Task<RealServer> FragmentedHlsAsync() => FolderAsync(
        "index.m3u8", "*.m4s",
        ["-f", "hls", "-hls_time", "1", "-hls_list_size", "6", "-hls_flags", "delete_segments+temp_file", "-hls_segment_type", "fmp4"]);

    /// <summary>HLS with a rendition for the sound; no variant has both.</summary>
    public static Task<RealServer> SeparateSoundAsync() => FolderAsync(
        "master.m3u8", "1*.ts",
        [
            "-map", "0:v", "-map", "1:a", "-f", "hls", "-hls_time", "1", "-hls_list_size", "6", "-hls_flags", "delete_segments+temp_file",
            "-var_stream_map", "a:0,agroup:sound,default:yes v:0,agroup:sound", "-master_pl_name", "master.m3u8",
        ],
        "%v.m3u8");

    /// <summary>Live DASH with two pictures to choose from.</summary>
    public static Task<RealServer> DashAsync() => FolderAsync(
        "now.mpd", "chunk-stream2-*.m4s",
        [
            "-map", "0:v", "-map", "0:v", "-map", "1:a", "-b:v:0", "100k", "-b:v:1", "400k",
            "-f", "dash", "-seg_duration", "1", "-window_size", "6", "-adaptation_sets", "id=0,streams=v id=1,streams=a",
        ]);

    /// <summary>An SRT listener that wants a passphrase; lets one caller in.</summary>
    public static async Task<RealServer> SrtAsync(string passphrase)
    {
        var server = new RealServer();
        using (var probe = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
            server.Url = $"srt://127.0.0.1:{((IPEndPoint)probe.Client.LocalEndPoint!).Port}";
        server.Run("ffmpeg", [.. Picture, "-f", "mpegts", $"{server.Url}?mode=listener&passphrase={passphrase}"]);
        await UntilAsync(() => IsTaken(server.Url), "the SRT listener");
        return server;
    }

    /// <summary>nginx with its RTMP module, and an ffmpeg that publishes to it.</summary>
    public static async Task<RealServer> RtmpAsync()
    {
        var server = new RealServer();
        var port = FreePort();
        var configuration = server._folder.Write("nginx.conf", $$"""
            load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
            daemon off; master_process off; pid {{server._folder["pid"]}}; error_log {{server._folder["error.log"]}};
            events { }
            rtmp { server { listen 127.0.0.1:{{port}}; application live { live on; } } }
            """);
        server.Run("nginx", ["-p", server._folder.Path, "-c", configuration]);
        await UntilAsync(() => Accepts(port), "nginx");
        server.Url = $"rtmp://127.0.0.1:{port}/live/news";
        server.Run("ffmpeg", [.. Picture, "-f", "flv", server.Url]);
        return server;
    }

    /// <summary>GStreamer's RTSP server; the address has no path yet.</summary>
    public static async Task<RealServer> RtspAsync(string user, string password, bool withGuests)
    {
        var server = new RealServer();
        var port = FreePort();
        server.Run("/usr/bin/python3", [Path.Combine(TestPaths.Data, "peers", "rtsp-server.py"), $"{port}", user, password, .. withGuests ? ["guests"] : (string[])[]]);
        await UntilAsync(() => Accepts(port), "GStreamer's RTSP server");
        server.Url = $"127.0.0.1:{port}";
        return server;
    }

    /// <summary>The source dies: at once, and for good.</summary>
    public async Task DieAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync();
        _source = null;
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DieAsync();
        foreach (var process in _processes)
            process.Dispose();
        _folder.Dispose();
    }

    private static async Task<RealServer> FolderAsync(string entry, string segments, string[] output, string? written = null)
    {
        var server = new RealServer { _source = FakeSource.Start() };
        server._source.On("/live/", Answers.Folder(server._folder.Path));
        server.Url = server._source.Url("/live/" + entry);
        server.Run("ffmpeg", [.. Picture, .. output, server._folder[written ?? entry]]);
        await UntilAsync(
            () => Directory.EnumerateFiles(server._folder.Path, segments).Count() > 3 && File.Exists(server._folder[entry]), "ffmpeg writes segments");
        return server;
    }

    private void Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Find(program) ?? program, arguments) { UseShellExecute = false, WorkingDirectory = _folder.Path };
        _processes.Add(Process.Start(start)!);
    }

    private static Task UntilAsync(Func<bool> condition, string what) => Descendants.UntilAsync(condition, StartLimit, what);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Accepts(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsTaken(string address)
    {
        try
        {
            using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, new Uri(address).Port));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}

/// <summary>A test with GStreamer's RTSP server; skipped, saying so, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RtspFactAttribute : FactAttribute
{
    public RtspFactAttribute()
    {
        if (!File.Exists(TestPaths.Binary))
            Skip = "there is no dist/plexbridge: make publish";
        else if (!Directory.Exists("/usr/lib") || !Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Any(folder => File.Exists(Path.Combine(folder, "girepository-1.0", "GstRtspServer-1.0.typelib"))))
            Skip = "gir1.2-gst-rtsp-server-1.0 is not installed";
    }
}
