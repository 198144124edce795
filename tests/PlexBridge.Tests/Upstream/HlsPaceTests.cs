using System.IO.Compression;
using System.Text;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;
using static PlexBridge.Tests.Upstream.HlsUpstreamTests;
using static PlexBridge.Tests.Upstream.UpstreamBench;

namespace PlexBridge.Tests.Upstream;

/// <summary>What is asked for when: at the start, ahead of time, and one at a time where the source wants it so.</summary>
public sealed class HlsPaceTests
{
    private const int BigSegment = 8000;

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_cold_start_asks_for_nothing_but_what_leads_to_the_segment_and_waits_for_nothing_else()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(6);
        bench.Source.On("/m.m3u8", Playlist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\ni.m3u8\n"));
        bench.ServePlaylist(Live(7, "0.ts", "1.ts", "2.ts", "3.ts", "4.ts", "5.ts"));

        await using var upstream = await bench.OpenAsync("/m.m3u8");
        var first = await bench.ReadExactlyAsync(upstream, 100);

        // Three target durations from the end (RFC 8216, 6.3.3).
        Assert.Equal(segments[3][..100], first);
        Assert.Equal(["/m.m3u8", "/i.m3u8", "/3.ts"], bench.Source.Received.Select(request => request.Path));
        Assert.Equal(TimeSpan.Zero, bench.Clock.GetElapsedTime(0));
    }

    [Fact]
    public async Task A_segment_is_passed_on_while_it_still_comes()
    {
        await using var bench = new UpstreamBench();
        ServeHalting(bench, after: 3000);
        bench.ServePlaylist(Ended("0.ts"));
        await using var upstream = await bench.OpenAsync("/i.m3u8");

        Assert.Equal(Segment(0, BigSegment)[..3000], await bench.ReadExactlyAsync(upstream, 3000));

        _release.SetResult();
        Assert.Equal(Segment(0, BigSegment)[3000..], await bench.ReadToEndAsync(upstream));
    }

    [Fact]
    public async Task The_next_segment_is_asked_for_while_the_end_of_one_still_comes()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(2);
        ServeHalting(bench, after: 7000);
        bench.ServePlaylist(Ended("0.ts", "1.ts"));
        await using var upstream = await bench.OpenAsync("/i.m3u8");

        await bench.ReadExactlyAsync(upstream, 5000);
        Assert.Equal(0, bench.Source.Requests("/1.ts"));
        await bench.ReadExactlyAsync(upstream, 2000);
        await UntilAsync(bench, source => source.Requests("/1.ts") == 1);

        _release.SetResult();
        Assert.Equal(Join(Segment(0, BigSegment)[7000..], segments[1]), await bench.ReadToEndAsync(upstream));
        Assert.Equal(1, bench.Source.Requests("/1.ts"));
    }

    [Fact]
    public async Task What_was_asked_ahead_is_let_go_when_the_stream_is_closed()
    {
        await using var bench = new UpstreamBench();
        ServeHalting(bench, after: 7000);
        bench.Source.On("/1.ts", Answers.Silence());
        bench.ServePlaylist(Ended("0.ts", "1.ts"));
        var upstream = await bench.OpenAsync("/i.m3u8");
        await bench.ReadExactlyAsync(upstream, 7000);
        await UntilAsync(bench, source => source.Open("/1.ts") == 1);

        await upstream.DisposeAsync();

        await UntilAsync(bench, source => source.Open("/1.ts") == 0 && source.Open("/0.ts") == 0);
    }

    [Fact]
    public async Task A_source_with_a_limit_is_asked_for_one_thing_at_a_time()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(3);
        ServeHalting(bench, after: 7000);
        var wasReleased = false;
        bench.Source.On("/1.ts", (request, reply, token) =>
        {
            wasReleased = _release.Task.IsCompleted;
            return Answers.Bytes(segments[1], "video/mp2t")(request, reply, token);
        });
        bench.ServePlaylist(Live(0, "0.ts", "1.ts", "2.ts"), Live(0, "0.ts", "1.ts", "2.ts", "#EXT-X-ENDLIST"));
        await using var upstream = await bench.OpenAsync("/i.m3u8", new UpstreamMemory(), connectionLimit: 2);
        await bench.ReadExactlyAsync(upstream, 6500);
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        await bench.ReadExactlyAsync(upstream, 500);
        Assert.Equal(1, bench.Source.Requests("/i.m3u8"));

        _release.SetResult();
        await bench.ReadExactlyAsync(upstream, 1000 + 1);

        Assert.True(wasReleased);
        // Due by now, it was loaded between the two.
        Assert.Equal(["/i.m3u8", "/0.ts", "/i.m3u8", "/1.ts"], bench.Source.Received.Select(request => request.Path));
    }

    [Fact]
    public async Task A_playlist_that_is_due_is_loaded_while_a_segment_still_comes()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(3);
        ServeHalting(bench, after: 3000);
        bench.ServePlaylist(Live(0, "0.ts"), Live(0, "0.ts", "1.ts", "2.ts", "#EXT-X-ENDLIST"));
        await using var upstream = await bench.OpenAsync("/i.m3u8");
        await bench.ReadExactlyAsync(upstream, 2000);

        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        await bench.ReadExactlyAsync(upstream, 1000);
        await UntilAsync(bench, source => source.Requests("/i.m3u8") == 2);

        _release.SetResult();
        var now = bench.Clock.GetTimestamp();
        Assert.Equal(Join(Segment(0, BigSegment)[3000..], segments[1], segments[2]), await bench.ReadToEndAsync(upstream));
        Assert.Equal(TimeSpan.Zero, bench.Clock.GetElapsedTime(now));
    }

    [Fact]
    public async Task A_reload_that_fails_while_there_is_something_to_play_is_tried_again()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(4);
        bench.Source.On("/i.m3u8", Answers.InTurn(
            Playlist(Live(0, "0.ts", "1.ts", "2.ts")),
            Answers.Status(500),
            Answers.Status(502),
            Playlist(Live(0, "0.ts", "1.ts", "2.ts", "3.ts", "#EXT-X-ENDLIST"))));
        await using var upstream = await bench.OpenAsync("/i.m3u8");
        await bench.ReadExactlyAsync(upstream, segments[0].Length);
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        await bench.ReadExactlyAsync(upstream, segments[1].Length);
        await UntilAsync(bench, source => source.Requests("/i.m3u8") == 3);

        Assert.Equal(Join(segments[2], segments[3]), await bench.ReadToEndAsync(upstream));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_gap_is_not_fetched_and_is_announced_and_counted(int connectionLimit)
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(3);
        bench.ServePlaylist(Ended("0.ts", "#EXT-X-GAP", "1.ts", "2.ts"));
        await using var upstream = await bench.OpenAsync("/i.m3u8", new UpstreamMemory(), connectionLimit);

        await bench.ReadExactlyAsync(upstream, segments[0].Length);
        Assert.False(upstream.TakeDiscontinuity());
        await bench.ReadExactlyAsync(upstream, 1);

        Assert.True(upstream.TakeDiscontinuity());
        Assert.Equal(1, upstream.Lost);
        Assert.Equal(0, bench.Source.Requests("/1.ts"));
        Assert.Equal(segments[2][1..], await bench.ReadToEndAsync(upstream));
    }

    [Fact]
    public async Task Segments_that_the_window_lost_before_we_came_are_counted()
    {
        await using var bench = new UpstreamBench();
        bench.ServeSegments(4);
        bench.ServePlaylist(Live(0, "0.ts", "1.ts"), Live(7, "2.ts", "3.ts", "#EXT-X-ENDLIST"));
        await using var upstream = await bench.OpenAsync("/i.m3u8");

        await bench.ReadToEndAsync(upstream);

        Assert.Equal(5, upstream.Lost);
    }

    [Fact]
    public async Task Playlists_that_are_packed_without_saying_so_are_unpacked()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(1);
        bench.Source
            .On("/m.m3u8", Packed("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\ni.m3u8\n"))
            .On("/i.m3u8", Packed(Ended("0.ts")));

        Assert.Equal(segments[0], await bench.ReadAllAsync("/m.m3u8"));
    }

    [Fact]
    public async Task Something_packed_that_is_no_playlist_is_no_stream()
    {
        await using var bench = new UpstreamBench();
        bench.Source
            .On("/page", Packed("<html></html>"))
            .On("/broken", Answers.Bytes([0x1F, 0x8B, 1, 2, 3, .. new byte[100]], "video/mp2t"));

        Assert.Equal(UpstreamFault.NotTransportStream, (await bench.FailAsync("/page")).Fault);
        Assert.Equal(UpstreamFault.NotTransportStream, (await bench.FailAsync("/broken")).Fault);
    }

    /// <summary>A first segment of 8,000 bytes that pauses until it is released.</summary>
    private void ServeHalting(UpstreamBench bench, int after) => bench.Source.On("/0.ts", async (_, reply, token) =>
    {
        var bytes = Segment(0, BigSegment);
        await reply.HeadAsync(200, [("Content-Length", "8000"), ("Content-Type", "video/mp2t")], token);
        await reply.WriteAsync(bytes.AsMemory(0, after), token);
        await _release.Task.WaitAsync(token);
        await reply.WriteAsync(bytes.AsMemory(after), token);
    });

    private static FakeAnswer Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return Answers.Bytes(packed.ToArray(), "application/vnd.apple.mpegurl");
    }

    private static async Task UntilAsync(UpstreamBench bench, Func<FakeSource, bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await bench.Source.WaitForAsync(isSo, limit.Token);
    }
}
