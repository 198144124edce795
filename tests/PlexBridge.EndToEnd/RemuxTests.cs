using System.Runtime.InteropServices;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>The ways in through ffmpeg, against real servers, and what becomes of ffmpeg.</summary>
public sealed partial class RemuxTests : IDisposable
{
    private const string RtmpModule = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [PeerFact("ffmpeg", "ffprobe")]
    public async Task Hls_with_fragmented_mp4_plays()
    {
        await using var server = await RealServer.FragmentedHlsAsync();

        await PlaysAsync(server, server.Url, "HLS-fMP4");
    }

    [PeerFact("ffmpeg", "ffprobe")]
    public async Task Hls_with_separate_sound_plays_with_both()
    {
        await using var server = await RealServer.SeparateSoundAsync();

        await PlaysAsync(server, server.Url, "HLS with separate sound");
    }

    [PeerFact("ffmpeg", "ffprobe")]
    public async Task Dash_plays()
    {
        await using var server = await RealServer.DashAsync();

        await PlaysAsync(server, server.Url, "DASH");
    }

    [PeerFact("ffmpeg", "ffprobe", "nginx", RtmpModule)]
    public async Task Rtmp_plays()
    {
        await using var server = await RealServer.RtmpAsync();

        await PlaysAsync(server, server.Url, "RTMP");
    }

    [PeerFact("ffmpeg", "ffprobe")]
    public async Task Srt_with_a_passphrase_plays()
    {
        await using var server = await RealServer.SrtAsync("correct horse");

        await PlaysAsync(server, server.Url + "?passphrase=correct%20horse&latency=100", "SRT");
    }

    [RtspFact]
    public async Task Rtsp_plays_over_tcp()
    {
        await using var server = await RealServer.RtspAsync("alice", "s3cret", withGuests: true);

        await PlaysAsync(server, $"rtsp://{server.Url}/any", "RTSP");
    }

    [RtspFact]
    public async Task Rtsp_plays_over_udp_where_the_server_has_nothing_else()
    {
        await using var server = await RealServer.RtspAsync("alice", "s3cret", withGuests: true);

        await PlaysAsync(server, $"rtsp://{server.Url}/udp", "RTSP");
    }

    [RtspFact]
    public async Task Rtsp_plays_for_the_right_user_only()
    {
        await using var server = await RealServer.RtspAsync("al@ice", "s3/cr:et", withGuests: false);

        var stranger = await ProbeAsync($"rtsp://al%40ice:wr0ngword@{server.Url}/auth");
        Assert.Equal(1, stranger.ExitCode);
        Assert.Contains("user and a password", stranger.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ngword", stranger.Errors, StringComparison.Ordinal);
        await PlaysAsync(server, $"rtsp://al%40ice:s3%2Fcr%3Aet@{server.Url}/auth", "RTSP");
    }

    [PeerFact("ffmpeg")]
    public async Task Ffmpegs_arguments_tell_no_secret_of_an_http_stream()
    {
        await using var server = await RealServer.FragmentedHlsAsync();
        await using var appliance = await ServeAsync(server.Url + "?token=s3cret");
        await using var viewer = await Watching.OpenAsync(appliance.Client, "auto/v1");
        var ffmpeg = Assert.Single(Descendants.Named("ffmpeg", appliance.ProcessId));

        var arguments = await File.ReadAllTextAsync($"/proc/{ffmpeg}/cmdline");

        Assert.Contains("http://stream.invalid/entry.m3u8", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", arguments, StringComparison.Ordinal);
    }

    [PeerFact("ffmpeg")]
    public async Task Killed_appliance_leaves_no_ffmpeg_of_a_relay()
    {
        await using var server = await RealServer.FragmentedHlsAsync();
        await using var appliance = await ServeAsync(server.Url);
        await using var viewer = await Watching.OpenAsync(appliance.Client, "auto/v1");
        var ffmpeg = Assert.Single(Descendants.Named("ffmpeg", appliance.ProcessId));

        await appliance.KillAsync();

        await Descendants.UntilAsync(() => !Descendants.IsRunning(ffmpeg), TimeSpan.FromSeconds(10), "ffmpeg dies with the appliance");
    }

    [PeerFact("ffmpeg")]
    public async Task Hung_ffmpeg_is_killed_when_the_last_viewer_leaves()
    {
        await using var server = await RealServer.FragmentedHlsAsync();
        await using var appliance = await ServeAsync(server.Url);
        int ffmpeg;
        await using (var viewer = await Watching.OpenAsync(appliance.Client, "auto/v1"))
        {
            ffmpeg = Assert.Single(Descendants.Named("ffmpeg", appliance.ProcessId));
            Assert.Equal(0, SendSignal(ffmpeg, 19)); // SIGSTOP: SIGTERM alone will not end it.
        }

        await Descendants.UntilAsync(() => !Descendants.IsRunning(ffmpeg), TimeSpan.FromSeconds(40), "a hung ffmpeg is killed");
    }

    [PeerFact]
    public async Task Missing_ffmpeg_is_told_with_a_remedy()
    {
        var ran = await Programs.RunAsync(
            TestPaths.Binary, ["probe", "rtsp://127.0.0.1:9/x", "--data", _data.Path], TimeSpan.FromSeconds(30),
            environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["FFMPEG_PATH"] = "/no/such/ffmpeg" });

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("/no/such/ffmpeg", ran.Errors, StringComparison.Ordinal);
        Assert.Contains("apt-get install ffmpeg", ran.Errors, StringComparison.Ordinal);
    }

    /// <summary>The tuner plays it with picture and sound, probe names it, and once it is dead there is a reason.</summary>
    private async Task PlaysAsync(RealServer server, string url, string container)
    {
        await using (var appliance = await ServeAsync(url))
        {
            Assert.Equal(["h264", "aac"], await Ffprobe.CodecsAsync(new Uri(appliance.Address, "auto/v1")));
            if (container != "SRT") // Its listener takes one caller in its life.
            {
                var probed = await ProbeAsync(url);
                Assert.True(probed.ExitCode == 0, probed.ToString());
                Assert.Contains(container, probed.Output, StringComparison.Ordinal);
            }
        }

        await server.DieAsync();

        var dead = await ProbeAsync(url);
        Assert.Equal(1, dead.ExitCode);
        Assert.True(dead.Errors.Trim().Length > 20, dead.ToString());
        Assert.DoesNotContain("s3cret", dead.Errors, StringComparison.Ordinal);
    }

    private Task<Ran> ProbeAsync(string url) => Appliance.RunAsync(_data.Path, "probe", url);

    private async Task<Appliance> ServeAsync(string url)
    {
        var playlist = _data.Write("list.m3u", $"#EXTM3U\n#EXTINF:-1 tvg-chno=\"1\",One\n{url}\n");
        var ran = await Appliance.RunAsync(_data.Path, "import", playlist);
        Assert.True(ran.ExitCode == 0, ran.ToString());
        return await Appliance.ServeAsync(_data.Path);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
