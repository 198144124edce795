using System.Net;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>A playlist in, a tuner out, with real programs at both ends.</summary>
public sealed class TunerTests : IDisposable
{
    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [PeerFact("ffmpeg", "ffprobe")]
    public async Task Ffprobe_finds_picture_and_sound_of_a_live_ts_and_of_a_live_hls_stream()
    {
        await using var live = await LiveFfmpeg.WithHlsAsync();
        await ImportAsync(live.Playlist);
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        Assert.Equal(["h264", "aac"], await Ffprobe.CodecsAsync(new Uri(appliance.Address, "auto/v1")));
        Assert.Equal(["h264", "aac"], await Ffprobe.CodecsAsync(new Uri(appliance.Address, "auto/v2")));
    }

    [PeerFact("ffmpeg")]
    public async Task Three_viewers_of_a_channel_cost_the_source_one_connection()
    {
        await using var live = LiveFfmpeg.TsOnly();
        await ImportAsync(live.Playlist);
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        await using var first = await Watching.OpenAsync(appliance.Client, "auto/v1");
        await using var second = await Watching.OpenAsync(appliance.Client, "auto/v1");
        await using var third = await Watching.OpenAsync(appliance.Client, "auto/v1");
        foreach (var viewer in new[] { first, second, third })
            await viewer.UntilAsync(100_000);

        Assert.False(first.HasEnded || second.HasEnded || third.HasEnded);
        Assert.Equal(1, live.Source.Requests("/live.ts"));
    }

    [PeerFact("ffmpeg")]
    public async Task Reply_is_a_live_stream_without_length_or_chunks_even_to_a_range()
    {
        await using var live = LiveFfmpeg.TsOnly();
        await ImportAsync(live.Playlist);
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        using var request = new HttpRequestMessage(HttpMethod.Get, "auto/v1");
        request.Headers.TryAddWithoutValidation("Range", "bytes=0-");
        using var reply = await appliance.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await reply.Content.ReadAsStreamAsync();
        var packets = new byte[3 * 188];
        await body.ReadExactlyAsync(packets);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("video/mpeg", reply.Content.Headers.ContentType?.MediaType);
        Assert.Null(reply.Content.Headers.ContentLength);
        Assert.Null(reply.Headers.TransferEncodingChunked);
        Assert.All([0, 188, 376], at => Assert.Equal(0x47, packets[at]));
        Assert.Equal(0, ((packets[1] & 0x1F) << 8) | packets[2]); // The first packet is the PAT.
    }

    [PeerFact("ffmpeg")]
    public async Task Head_takes_no_tuner_and_asks_no_source()
    {
        await using var live = LiveFfmpeg.TsOnly();
        await ImportAsync(live.Playlist);
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        using var request = new HttpRequestMessage(HttpMethod.Head, "auto/v1");
        using var reply = await appliance.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(0, live.Source.Requests("/live.ts"));
    }

    [PeerFact("ffmpeg")]
    public async Task Viewer_beyond_the_last_tuner_is_refused_with_805()
    {
        await using var live = LiveFfmpeg.TsOnly();
        await ImportAsync(live.Playlist);
        await Succeeds("settings", "set", "tuner.count", "1");
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var first = await Watching.OpenAsync(appliance.Client, "auto/v1");

        using var second = await appliance.Client.GetAsync("auto/v1", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.StartsWith("805", second.Headers.GetValues("X-HDHomeRun-Error").Single(), StringComparison.Ordinal);
        Assert.False(first.HasEnded);
    }

    [PeerFact]
    public async Task Unknown_channel_is_404_with_801()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        using var reply = await appliance.Client.GetAsync("auto/v77");

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.StartsWith("801", reply.Headers.GetValues("X-HDHomeRun-Error").Single(), StringComparison.Ordinal);
    }

    [PeerFact("hdhomerun_config")]
    public async Task Hdhomerun_config_discovers_the_device()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        var ran = await Programs.RunAsync(Programs.Find("hdhomerun_config")!, ["discover", "127.0.0.1"], TimeSpan.FromSeconds(10));

        Assert.True(ran.ExitCode == 0, ran.ToString());
        Assert.Contains($"hdhomerun device {appliance.DeviceId} found at 127.0.0.1", ran.Output, StringComparison.OrdinalIgnoreCase);
    }

    [PeerFact("ffmpeg")]
    public async Task Sigterm_lets_go_of_viewer_and_source()
    {
        await using var live = LiveFfmpeg.TsOnly();
        await ImportAsync(live.Playlist);
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var viewer = await Watching.OpenAsync(appliance.Client, "auto/v1");
        await viewer.UntilAsync(50_000);

        Assert.Equal(0, await appliance.StopAsync());

        await Descendants.UntilAsync(() => viewer.HasEnded && live.Source.Open("/live.ts") == 0, TimeSpan.FromSeconds(5), "viewer and source are let go");
    }

    [PeerFact("ffmpeg")]
    public async Task Sessions_lists_who_watches()
    {
        await using var live = LiveFfmpeg.TsOnly();
        await ImportAsync(live.Playlist);
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var viewer = await Watching.OpenAsync(appliance.Client, "auto/v1");

        var ran = await Appliance.RunAsync(_data.Path, "sessions", "--json");

        Assert.True(ran.ExitCode == 0, ran.ToString());
        Assert.Contains("Live TS", ran.Output, StringComparison.Ordinal);
    }

    private async Task ImportAsync(string playlist) => await Succeeds("import", _data.Write("playlist.m3u", playlist));

    private async Task Succeeds(params string[] verb)
    {
        var ran = await Appliance.RunAsync(_data.Path, verb);
        Assert.True(ran.ExitCode == 0, ran.ToString());
    }
}
