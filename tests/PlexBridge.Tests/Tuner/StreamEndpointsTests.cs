using PlexBridge.Settings;
using PlexBridge.Streaming;

namespace PlexBridge.Tests.Tuner;

public sealed class StreamEndpointsTests
{
    [Theory]
    [InlineData("/auto/v5.1", "5.1 tuner= duration=")]
    [InlineData("/auto/v7", "7 tuner= duration=")]
    [InlineData("/tuner0/v7", "7 tuner=0 duration=")]
    [InlineData("/tuner3/v5.1", "5.1 tuner=3 duration=")]
    [InlineData("/stream/2", "7 tuner= duration=")]
    [InlineData("/auto/v7?duration=30", "7 tuner= duration=30")]
    [InlineData("/auto/v7?duration=1.5&transcode=heavy", "7 tuner= duration=1.5")]
    [InlineData("/auto/v7?transcode=none", "7 tuner= duration=")]
    [InlineData("/auto/v7?transcode=INTERNET720", "7 tuner= duration=")]
    [InlineData("/auto/v7?transcode=", "7 tuner= duration=")]
    [InlineData("/auto/v7?unknown=1", "7 tuner= duration=")]
    public async Task A_channel_is_found_by_what_clients_write(string path, string asked)
    {
        await using var server = await TunerServer.StartAsync();
        Assert.Equal(asked, Unchunked((await server.GetAsync(path)).Body));
    }

    [Theory]
    [InlineData("/auto/v999")]
    [InlineData("/auto/v5")]
    [InlineData("/auto/v5_1")]
    [InlineData("/auto/v")]
    [InlineData("/auto/vx")]
    [InlineData("/auto/5.1")]
    [InlineData("/auto/ch473000000")]
    [InlineData("/auto/ch473000000-3")]
    [InlineData("/tuner0/v999")]
    [InlineData("/stream/4711")]
    [InlineData("/stream/-1")]
    [InlineData("/stream/abc")]
    [InlineData("/stream/99999999999999999999")]
    public async Task An_unknown_channel_is_801(string path)
    {
        await using var server = await TunerServer.StartAsync();
        var reply = await server.GetAsync(path);
        Assert.Equal(404, reply.Status);
        Assert.Equal("801 Unknown Channel", reply.Headers["X-HDHomeRun-Error"]);
        Assert.Equal("0", reply.Headers["Content-Length"]);
    }

    [Theory]
    [InlineData("/tuner4/v7")]
    [InlineData("/tuner-1/v7")]
    [InlineData("/tunerx/v7")]
    [InlineData("/tuner99999999999/v7")]
    public async Task A_tuner_that_is_not_there_is_no_address(string path)
    {
        await using var server = await TunerServer.StartAsync();
        Assert.Equal(404, (await server.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_transcode_profile_nobody_knows_is_802()
    {
        await using var server = await TunerServer.StartAsync();
        var reply = await server.GetAsync("/auto/v7?transcode=%27rm%20-rf");
        Assert.Equal(503, reply.Status);
        Assert.Equal("802 Unknown Transcode Profile", reply.Headers["X-HDHomeRun-Error"]);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("0")]
    [InlineData("NaN")]
    [InlineData("1e3")]
    public async Task A_duration_that_is_none_is_a_bad_request(string duration)
    {
        await using var server = await TunerServer.StartAsync();
        Assert.Equal(400, (await server.GetAsync("/auto/v7?duration=" + duration)).Status);
    }

    [Theory]
    [InlineData(StreamRefusal.SystemBusy, "803 System Busy")]
    [InlineData(StreamRefusal.TunerInUse, "804 Tuner In Use")]
    [InlineData(StreamRefusal.AllTunersInUse, "805 All Tuners In Use")]
    [InlineData(StreamRefusal.TuneFailed, "806 Tune Failed")]
    [InlineData(StreamRefusal.NoVideoData, "807 No Video Data")]
    public async Task A_refused_stream_says_why_in_the_header_of_the_devices(StreamRefusal refusal, string error)
    {
        await using var server = await TunerServer.StartAsync();
        server.Play = (_, _, _, _) => Task.FromResult<OpenResult.Refused?>(new OpenResult.Refused(refusal, "why"));

        var reply = await server.GetAsync("/auto/v7");

        Assert.Equal(503, reply.Status);
        Assert.Equal(error, reply.Headers["X-HDHomeRun-Error"]);
        Assert.Equal("0", reply.Headers["Content-Length"]);
        Assert.Empty(reply.Body);
    }

    [Fact]
    public async Task A_head_request_takes_no_tuner()
    {
        await using var server = await TunerServer.StartAsync();
        server.Play = (_, _, _, _) => throw new InvalidOperationException("A tuner was taken.");

        var reply = await server.AskAsync("HEAD", "/auto/v7");

        Assert.Equal(200, reply.Status);
        Assert.Equal("video/mpeg", reply.Headers["Content-Type"]);
        Assert.Equal("Streaming", reply.Headers["transferMode.dlna.org"]);
        Assert.Equal("close", reply.Headers["Connection"]);
        Assert.DoesNotContain("Content-Length", reply.Headers.Keys);
        Assert.DoesNotContain("Transfer-Encoding", reply.Headers.Keys);
        Assert.Equal(404, (await server.AskAsync("HEAD", "/auto/v999")).Status);
    }

    [Fact]
    public async Task The_number_of_tuners_is_a_setting()
    {
        await using var server = await TunerServer.StartAsync((SettingsCatalog.TunerCount, "1"));
        Assert.Equal(200, (await server.GetAsync("/tuner0/v7")).Status);
        Assert.Equal(404, (await server.GetAsync("/tuner1/v7")).Status);
    }

    // The stand-in for the stream writes through Kestrel, which chunks: size, text, empty chunk.
    private static string Unchunked(string body) => body.Split("\r\n")[1];
}
