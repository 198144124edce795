using System.Globalization;
using PlexBridge.Testing;
using static PlexBridge.Tests.Upstream.HlsUpstreamTests;
using static PlexBridge.Tests.Upstream.UpstreamBench;

namespace PlexBridge.Tests.Upstream;

/// <summary>Whose headers, cookies and tokens go where.</summary>
public sealed class HlsAccessTests
{
    private static readonly (string, string)[] Headers =
    [
        ("User-Agent", "Box/7"), ("Referer", "http://portal.example/"), ("Origin", "http://portal.example"),
        ("Authorization", "Bearer t0ken"), ("Cookie", "sid=1"),
    ];

    [Fact]
    public async Task Secrets_of_the_stream_do_not_go_to_a_host_that_only_the_playlist_names()
    {
        await using var bench = new UpstreamBench();
        await using var other = FakeSource.Start();
        var key = Segment(9, 16);
        bench.Source
            .On("/m.m3u8", Playlist($"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{Elsewhere(other, "/i.m3u8")}\n"))
            .On("/home.ts", Answers.Bytes(Encrypt(Segment(1), key, Vector(1)), "video/mp2t"));
        other
            .On("/i.m3u8", Playlist(Ended("#EXT-X-KEY:METHOD=AES-128,URI=\"key\"", "0.ts", bench.Source.Url("/home.ts"))))
            .On("/key", Answers.Bytes(key, "application/octet-stream"))
            .On("/0.ts", Answers.Bytes(Encrypt(Segment(0), key, Vector(0)), "video/mp2t"));

        var bytes = await bench.ReadAllAsync("/m.m3u8", Headers);

        Assert.Equal(Join(Segment(0), Segment(1)), bytes);
        Assert.Equal(["/m.m3u8", "/home.ts"], bench.Source.Received.Select(request => request.Path));
        Assert.All(bench.Source.Received, request => Assert.Equal(("Bearer t0ken", "sid=1"), (request.Header("Authorization"), request.Header("Cookie"))));
        Assert.Equal(["/i.m3u8", "/key", "/0.ts"], other.Received.Select(request => request.Path));
        AssertOpenHeadersOnly(other);
    }

    [Fact]
    public async Task Secrets_of_the_stream_do_not_follow_a_redirect_to_another_host_nor_what_lies_there()
    {
        await using var bench = new UpstreamBench();
        await using var other = FakeSource.Start();
        bench.Source.On("/play", Answers.Redirect(Elsewhere(other, "/i.m3u8?t=1")));
        other
            .On("/i.m3u8", Answers.Text(Ended("0.ts"), "application/vnd.apple.mpegurl", headers: ("Set-Cookie", "edge=7; Path=/")))
            .On("/0.ts", Answers.Bytes(Segment(0), "video/mp2t"));

        Assert.Equal(Segment(0), await bench.ReadAllAsync("/play", Headers));

        Assert.Equal(2, other.Received.Count);
        Assert.Equal(["", "edge=7"], other.Received.Select(request => request.Header("Cookie")));
        Assert.All(other.Received, request => Assert.Equal("", request.Header("Authorization")));
    }

    [Fact]
    public async Task User_and_password_of_the_address_go_to_absolute_addresses_of_its_host_and_to_no_other()
    {
        await using var bench = new UpstreamBench();
        await using var other = FakeSource.Start();
        bench.Source
            .On("/i.m3u8", Playlist(Ended(bench.Source.Url("/0.ts"), Elsewhere(other, "/1.ts"))))
            .On("/0.ts", Answers.RequireHeader("Authorization", "Basic " + Convert.ToBase64String("u:p"u8), Answers.Bytes(Segment(0), "video/mp2t")));
        other.On("/1.ts", Answers.Bytes(Segment(1), "video/mp2t"));

        Assert.Equal(Join(Segment(0), Segment(1)), await bench.ReadAllAsync($"http://u:p@{bench.Source.Address.Authority}/i.m3u8"));

        Assert.Equal("", Assert.Single(other.Received).Header("Authorization"));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(410)]
    public async Task A_segment_whose_token_ran_out_is_asked_for_again_with_a_new_one(int status)
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(4, answer => (request, reply, token) =>
            (request.Query == "token=1" && request.Path is not "/0.ts" ? Answers.Status(status) : answer)(request, reply, token));
        ServeTokens(bench);

        await using var upstream = await bench.OpenAsync("/play");
        var bytes = await bench.ReadToEndAsync(upstream);

        Assert.Equal(Join(segments), bytes);
        Assert.Equal(2, bench.Source.Requests("/play"));
        Assert.False(upstream.TakeDiscontinuity());
        Assert.Equal(0, upstream.Lost);
    }

    [Fact]
    public async Task A_segment_that_stays_forbidden_is_a_gap_and_costs_one_new_token()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(4);
        bench.Source.On("/1.ts", Answers.Status(403));
        ServeTokens(bench);

        await using var upstream = await bench.OpenAsync("/play");
        var bytes = await bench.ReadToEndAsync(upstream);

        Assert.Equal(Join(segments[0], segments[2], segments[3]), bytes);
        Assert.Equal(2, bench.Source.Requests("/play"));
        Assert.Equal(1, upstream.Lost);
    }

    /// <summary>/play leads to a playlist whose segments carry a token, another one each time.</summary>
    private static void ServeTokens(UpstreamBench bench)
    {
        var count = 0;
        bench.Source
            .On("/play", (request, reply, stop) =>
                Answers.Redirect(string.Create(CultureInfo.InvariantCulture, $"/live.m3u8?token={Interlocked.Increment(ref count)}"))(request, reply, stop))
            .On("/live.m3u8", (request, reply, stop) =>
                Playlist(Ended([.. Enumerable.Range(0, 4).Select(number => $"{number}.ts?{request.Query}")]))(request, reply, stop));
    }

    private static void AssertOpenHeadersOnly(FakeSource source) => Assert.All(source.Received, request =>
    {
        Assert.Equal(("", ""), (request.Header("Authorization"), request.Header("Cookie")));
        Assert.Equal(("Box/7", "http://portal.example/", "http://portal.example"),
            (request.Header("User-Agent"), request.Header("Referer"), request.Header("Origin")));
    });

    /// <summary>The same machine by another name.</summary>
    private static string Elsewhere(FakeSource source, string path) => $"http://localhost:{source.Address.Port}{path}";
}
