using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;
using static PlexBridge.Tests.Upstream.HlsUpstreamTests;
using static PlexBridge.Tests.Upstream.UpstreamBench;

namespace PlexBridge.Tests.Upstream;

/// <summary>Reloads, restarts and second connections: nothing is played twice, nothing is left out that is still listed.</summary>
public sealed class HlsResumeTests
{
    [Fact]
    public async Task A_playlist_that_breaks_off_at_a_reload_is_asked_for_again()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(4);
        bench.Source.On("/i.m3u8", Answers.InTurn(
            Playlist(Live(0, "0.ts", "1.ts", "2.ts")),
            async (_, reply, token) =>
            {
                await reply.HeadAsync(200, [("Content-Length", "500")], token);
                await reply.WriteAsync("#EXTM3U\n#EXT-X-TARGETDURATION:4\n"u8.ToArray(), token);
            },
            Playlist(Live(1, "1.ts", "2.ts", "3.ts", "#EXT-X-ENDLIST"))));

        Assert.Equal(Join(segments), await bench.ReadAllAsync("/i.m3u8"));
    }

    [Fact]
    public async Task A_second_connection_goes_on_where_the_first_one_stopped()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(4);
        bench.ServePlaylist(
            Live(7, "0.ts", "1.ts", "2.ts"),
            Live(7, "0.ts", "1.ts", "2.ts", "3.ts", "#EXT-X-ENDLIST"));
        var memory = new UpstreamMemory();
        await using (var first = await bench.OpenAsync("/i.m3u8", memory))
        {
            Assert.Equal(Join(segments[..2]), await bench.ReadExactlyAsync(first, segments[0].Length + segments[1].Length));
        }

        await using var second = await bench.OpenAsync("/i.m3u8", memory);

        Assert.Equal(Join(segments[2..]), await bench.ReadToEndAsync(second));
    }

    [Fact]
    public async Task A_second_connection_to_a_playlist_that_stands_still_repeats_nothing()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(4);
        bench.ServePlaylist(
            Live(7, "0.ts", "1.ts", "2.ts"),
            Live(7, "0.ts", "1.ts", "2.ts"),
            Live(7, "0.ts", "1.ts", "2.ts", "3.ts", "#EXT-X-ENDLIST"));
        var memory = new UpstreamMemory();
        await using (var first = await bench.OpenAsync("/i.m3u8", memory))
        {
            Assert.Equal(Join(segments[..3]), await bench.ReadExactlyAsync(first, segments.Take(3).Sum(segment => segment.Length)));
        }

        await using var second = await bench.OpenAsync("/i.m3u8", memory);

        Assert.Equal(Join(segments[3..]), await bench.ReadToEndAsync(second));
    }

    [Fact]
    public async Task A_window_that_moved_on_past_us_is_joined_at_its_first_segment_and_announced()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(6);
        bench.ServePlaylist(
            Live(0, "0.ts", "1.ts", "2.ts"),
            Live(50, "3.ts", "4.ts", "5.ts", "#EXT-X-ENDLIST"));

        await using var upstream = await bench.OpenAsync("/i.m3u8");

        Assert.Equal(Join(segments), await bench.ReadToEndAsync(upstream));
        Assert.True(upstream.TakeDiscontinuity());
    }

    [Fact]
    public async Task A_stale_playlist_of_another_edge_server_repeats_nothing()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(6);
        bench.ServePlaylist(
            Live(1, "1.ts", "2.ts", "3.ts", "4.ts"),
            Live(0, "0.ts", "1.ts", "2.ts", "3.ts"),
            Live(2, "2.ts", "3.ts", "4.ts", "5.ts", "#EXT-X-ENDLIST"));

        await using var upstream = await bench.OpenAsync("/i.m3u8");
        var bytes = await bench.ReadToEndAsync(upstream);

        Assert.Equal(Join(segments[2..]), bytes);
        Assert.False(upstream.TakeDiscontinuity());
    }
}
