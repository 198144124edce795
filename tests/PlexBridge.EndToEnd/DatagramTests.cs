using System.Diagnostics;
using System.Globalization;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>UDP and RTP with real ffmpeg as the sender; multicast goes over loopback by the interface setting.</summary>
public sealed class DatagramTests : IDisposable
{
    private const string Group = "239.255.18.1";

    private readonly TempFolder _data = new();
    private readonly int _port = DatagramShuffle.FreePort();
    private Process? _ffmpeg;

    public void Dispose()
    {
        _ffmpeg?.Kill();
        _ffmpeg?.WaitForExit();
        _ffmpeg?.Dispose();
        _data.Dispose();
    }

    [PeerTheory("ffmpeg", "ffprobe")]
    [InlineData("mpegts", "udp://" + Group + ":{0}?localaddr=127.0.0.1&pkt_size=1316", "udp://@" + Group + ":{0}")]
    [InlineData("mpegts", "udp://" + Group + ":{0}?localaddr=127.0.0.1&pkt_size=1316", "udp://127.0.0.1@" + Group + ":{0}?iface=lo")]
    [InlineData("mpegts", "udp://127.0.0.1:{0}?pkt_size=1316", "udp://:{0}")]
    [InlineData("rtp_mpegts", "rtp://" + Group + ":{0}?localaddr=127.0.0.1", "rtp://@" + Group + ":{0}")]
    [InlineData("rtp_mpegts", "rtp://127.0.0.1:{0}", "rtp://127.0.0.1:{0}")]
    public async Task A_viewer_gets_what_ffmpeg_sends_and_the_probe_names_it(string format, string to, string from)
    {
        Send(format, to);
        await ImportAsync(from);
        await Succeeds("settings", "set", "network.multicast", "127.0.0.1");

        var probed = await Appliance.RunAsync(_data.Path, "probe", string.Format(CultureInfo.InvariantCulture, from, _port));
        Assert.True(probed.ExitCode == 0, probed.ToString());
        Assert.Contains(format == "mpegts" ? "container      UDP" : "container      RTP", probed.Output, StringComparison.Ordinal);
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        Assert.Equal(["h264", "aac"], await Ffprobe.CodecsAsync(new Uri(appliance.Address, "auto/v1")));
    }

    [PeerFact("ffmpeg")]
    public async Task Rtp_that_comes_out_of_order_and_twice_is_flawless_at_the_viewer()
    {
        await using var network = new DatagramShuffle(_port, dropEvery: 0);
        Send("rtp_mpegts", $"rtp://127.0.0.1:{network.Port}");
        await ImportAsync("rtp://127.0.0.1:{0}");
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var viewer = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1");
        Assert.Equal("HTTP/1.1 200 OK", (await viewer.ReadHeadAsync())[0]);

        var body = await viewer.ReadBodyAsync(400_000);

        var check = new TsChecker();
        check.Feed(body.AsSpan(0, body.Length / 188 * 188));
        Assert.DoesNotContain(check.Faults, fault => fault.Kind == TsFaultKind.Continuity);
        Assert.Equal(0, check.Discontinuities);
    }

    /// <summary>A live picture with sound, sent until the test ends.</summary>
    private void Send(string format, string to) => _ffmpeg = Programs.Start(Programs.Find("ffmpeg")!,
    [
        "-hide_banner", "-loglevel", "error", "-nostdin", "-re",
        "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
        "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "25", "-b:v", "800k",
        "-c:a", "aac", "-b:a", "96k", "-f", format, string.Format(CultureInfo.InvariantCulture, to, _port),
    ]);

    private Task ImportAsync(string address) => Succeeds("import", _data.Write("playlist.m3u",
        $"#EXTM3U\n#EXTINF:-1 tvg-chno=\"1\",Live\n{string.Format(CultureInfo.InvariantCulture, address, _port)}\n"));

    private async Task Succeeds(params string[] verb)
    {
        var ran = await Appliance.RunAsync(_data.Path, verb);
        Assert.True(ran.ExitCode == 0, ran.ToString());
    }
}
