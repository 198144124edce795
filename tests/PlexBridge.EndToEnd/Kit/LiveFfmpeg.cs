using System.Diagnostics;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>Real ffmpeg as a live source behind a <see cref="FakeSource"/>: /live.ts endless MPEG-TS, /hls/index.m3u8 a live window.</summary>
internal sealed class LiveFfmpeg : IAsyncDisposable
{
    private static readonly string[] Picture =
    [
        "-hide_banner", "-loglevel", "error", "-nostdin", "-re",
        "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
        "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "25", "-b:v", "800k",
        "-c:a", "aac", "-b:a", "96k",
    ];

    private readonly TempFolder _folder = new();
    private readonly Process? _hls;

    private LiveFfmpeg(bool withHls)
    {
        Source = FakeSource.Start();
        Source.On("/live.ts", RelayAsync);
        Source.On("/hls/", Answers.Folder(_folder.Path));
        if (withHls)
            _hls = Run([
                .. Picture, "-f", "hls", "-hls_time", "1", "-hls_list_size", "6",
                "-hls_flags", "delete_segments+temp_file", _folder["index.m3u8"],
            ]);
    }

    public FakeSource Source { get; }

    /// <summary>A playlist of both: 1 is the TS stream and, with HLS, 2 the other.</summary>
    public string Playlist =>
        $"#EXTM3U\n#EXTINF:-1 tvg-chno=\"1\" tvg-id=\"live.ts\" group-title=\"Live\",Live TS\n{Source.Url("/live.ts")}\n"
        + (_hls is null ? "" : $"#EXTINF:-1 tvg-chno=\"2\" tvg-id=\"live.hls\" group-title=\"Live\",Live HLS\n{Source.Url("/hls/index.m3u8")}\n");

    public static LiveFfmpeg TsOnly() => new(withHls: false);

    /// <summary>Both kinds; completes once the HLS window has three segments.</summary>
    public static async Task<LiveFfmpeg> WithHlsAsync()
    {
        var live = new LiveFfmpeg(withHls: true);
        await Descendants.UntilAsync(
            () => Directory.EnumerateFiles(live._folder.Path, "*.ts").Count() > 3 && File.Exists(live._folder["index.m3u8"]),
            TimeSpan.FromSeconds(30),
            "ffmpeg writes HLS segments");
        return live;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_hls is not null)
        {
            _hls.Kill();
            await _hls.WaitForExitAsync();
            _hls.Dispose();
        }
        _folder.Dispose();
    }

    /// <summary>One ffmpeg per connection, as a camera or an encoder would serve it.</summary>
    private static async Task RelayAsync(FakeRequest request, FakeReply reply, CancellationToken cancellationToken)
    {
        using var ffmpeg = Run([.. Picture, "-f", "mpegts", "-flush_packets", "1", "pipe:1"]);
        try
        {
            await reply.HeadAsync(200, [("Content-Type", "video/mp2t")], cancellationToken);
            var buffer = new byte[64 * 188];
            while (await ffmpeg.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                await reply.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        finally
        {
            ffmpeg.Kill();
            await ffmpeg.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Process Run(string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Find("ffmpeg") ?? "ffmpeg", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }
}
