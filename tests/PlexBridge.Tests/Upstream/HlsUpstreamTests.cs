using System.Globalization;
using System.IO.Compression;
using System.Text;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;
using static PlexBridge.Tests.Upstream.UpstreamBench;

namespace PlexBridge.Tests.Upstream;

public sealed class HlsUpstreamTests
{
    private const string Master =
        """
        #EXTM3U
        #EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360
        low/index.m3u8
        #EXT-X-STREAM-INF:BANDWIDTH=4000000,RESOLUTION=1920x1080
        high/index.m3u8?part=1
        """;

    [Fact]
    public async Task Master_behind_a_redirect_is_read_with_the_redirects_cookie_and_relative_to_where_it_led()
    {
        await using var bench = new UpstreamBench();
        FakeAnswer Guard(FakeAnswer answer) => Answers.RequireHeader("Cookie", "session=abc", answer);
        bench.Source
            .On("/play", Answers.Redirect("/cdn/master.m3u8?t=1", headers: ("Set-Cookie", "session=abc; Path=/")))
            .On("/cdn/master.m3u8", Guard(Playlist(Master)))
            .On("/cdn/high/index.m3u8", Guard(Playlist(Ended("0.ts", "1.ts"))));
        var segments = bench.ServeSegments(2, Guard, "/cdn/high/");

        var bytes = await bench.ReadAllAsync("/play");

        Assert.Equal(Join(segments), bytes);
        Assert.Equal("part=1", bench.Source.Received.Single(request => request.Path == "/cdn/high/index.m3u8").Query);
        Assert.Equal(0, bench.Source.Requests("/cdn/low/index.m3u8"));
    }

    [Fact]
    public async Task Headers_of_the_stream_go_with_master_playlist_key_and_segments_alike()
    {
        await using var bench = new UpstreamBench();
        var key = Segment(9, 16);
        bench.Source
            .On("/master.m3u8", Playlist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmedia.m3u8\n"))
            .On("/media.m3u8", Playlist(Ended("#EXT-X-KEY:METHOD=AES-128,URI=\"key\"", "0.ts")))
            .On("/key", Answers.Bytes(key, "application/octet-stream"))
            .On("/0.ts", Answers.Bytes(Encrypt(Segment(0), key, new byte[16]), "video/mp2t"));

        var bytes = await bench.ReadAllAsync("/master.m3u8", ("User-Agent", "Box/7 (stb)"), ("Referer", "http://portal.example/"), ("X-Token", "t"));

        Assert.Equal(Segment(0), bytes);
        Assert.Equal(["/master.m3u8", "/media.m3u8", "/key", "/0.ts"], bench.Source.Received.Select(request => request.Path));
        Assert.All(bench.Source.Received, request =>
        {
            Assert.Equal("Box/7 (stb)", request.Header("User-Agent"));
            Assert.Equal("http://portal.example/", request.Header("Referer"));
            Assert.Equal("t", request.Header("X-Token"));
        });
    }

    [Fact]
    public async Task User_and_password_of_the_address_open_the_playlist_and_its_relative_segments()
    {
        await using var bench = new UpstreamBench();
        var basic = "Basic " + Convert.ToBase64String("u:p@ss"u8);
        FakeAnswer Guard(FakeAnswer answer) => Answers.RequireHeader("Authorization", basic, answer);
        bench.Source.On("/live/index.m3u8", Guard(Playlist(Ended("0.ts"))));
        var segments = bench.ServeSegments(1, Guard, "/live/");

        var bytes = await bench.ReadAllAsync($"http://u:p%40ss@{bench.Source.Address.Authority}/live/index.m3u8");

        Assert.Equal(segments[0], bytes);
    }

    [Fact]
    public async Task Aes_with_a_vector_of_its_own_is_undone()
    {
        await using var bench = new UpstreamBench();
        byte[] key = Segment(1, 16), vector = Segment(2, 16);
        bench.Source
            .On("/i.m3u8", Playlist(Ended($"#EXT-X-KEY:METHOD=AES-128,URI=\"key\",IV=0x{Convert.ToHexString(vector)}", "0.ts", "1.ts")))
            .On("/key", Answers.Bytes(key, "application/octet-stream"))
            .On("/0.ts", Answers.Bytes(Encrypt(Segment(0), key, vector), "video/mp2t"))
            .On("/1.ts", Answers.Bytes(Encrypt(Segment(1, 16 * 100), key, vector), "video/mp2t"));

        Assert.Equal(Join(Segment(0), Segment(1, 16 * 100)), await bench.ReadAllAsync("/i.m3u8"));
        Assert.Equal(1, bench.Source.Requests("/key"));
    }

    [Fact]
    public async Task Aes_without_a_vector_takes_the_media_sequence_number()
    {
        await using var bench = new UpstreamBench();
        var key = Segment(1, 16);
        const long First = 0x0102_0304_05FF;
        bench.Source
            .On("/i.m3u8", Playlist(Live(First, "#EXT-X-KEY:METHOD=AES-128,URI=\"key\"", "0.ts", "1.ts", "#EXT-X-ENDLIST")))
            .On("/key", Answers.Bytes(key, "application/octet-stream"))
            .On("/0.ts", Answers.Bytes(Encrypt(Segment(0), key, Vector(First)), "video/mp2t"))
            .On("/1.ts", Answers.Bytes(Encrypt(Segment(1), key, Vector(First + 1)), "video/mp2t"));

        Assert.Equal(Join(Segment(0), Segment(1)), await bench.ReadAllAsync("/i.m3u8"));
    }

    [Fact]
    public async Task Keys_rotate_and_encryption_ends_within_a_playlist()
    {
        await using var bench = new UpstreamBench();
        byte[] first = Segment(1, 16), second = Segment(2, 16);
        bench.Source
            .On("/i.m3u8", Playlist(Ended(
                "#EXT-X-KEY:METHOD=AES-128,URI=\"key?n=1\"", "0.ts", "1.ts",
                "#EXT-X-KEY:METHOD=AES-128,URI=\"key?n=2\"", "2.ts",
                "#EXT-X-KEY:METHOD=NONE", "3.ts")))
            .On("/key", (request, reply, token) =>
                Answers.Bytes(request.Query == "n=1" ? first : second, "application/octet-stream")(request, reply, token))
            .On("/0.ts", Answers.Bytes(Encrypt(Segment(0), first, Vector(0)), "video/mp2t"))
            .On("/1.ts", Answers.Bytes(Encrypt(Segment(1), first, Vector(1)), "video/mp2t"))
            .On("/2.ts", Answers.Bytes(Encrypt(Segment(2), second, Vector(2)), "video/mp2t"))
            .On("/3.ts", Answers.Bytes(Segment(3), "video/mp2t"));

        Assert.Equal(Join(Segment(0), Segment(1), Segment(2), Segment(3)), await bench.ReadAllAsync("/i.m3u8"));
        Assert.Equal(["n=1", "n=2"], bench.Source.Received.Where(request => request.Path == "/key").Select(request => request.Query));
    }

    [Fact]
    public async Task A_key_that_is_none_is_named()
    {
        await using var bench = new UpstreamBench();
        bench.Source
            .On("/i.m3u8", Playlist(Ended("#EXT-X-KEY:METHOD=AES-128,URI=\"key?secret=s3cret\"", "0.ts")))
            .On("/key", Answers.Html())
            .On("/0.ts", Answers.Bytes(new byte[160], "video/mp2t"));

        var fault = await Assert.ThrowsAsync<UpstreamException>(() => bench.ReadAllAsync("/i.m3u8"));

        Assert.Equal(UpstreamFault.Protected, fault.Fault);
        Assert.Contains("AES-128 key", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_refused_ends_it_with_the_status()
    {
        await using var bench = new UpstreamBench();
        bench.ServeSegments(3);
        bench.Source
            .On("/i.m3u8", Playlist(Ended("#EXT-X-KEY:METHOD=AES-128,URI=\"key\"", "0.ts", "1.ts", "2.ts")))
            .On("/key", Answers.Status(403));

        var fault = await Assert.ThrowsAsync<UpstreamException>(() => bench.ReadAllAsync("/i.m3u8"));

        Assert.Equal(UpstreamFault.Refused, fault.Fault);
        Assert.Contains("403", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Byte_ranges_with_and_without_an_offset_are_cut_out_by_the_server_or_by_us(bool knowsRanges)
    {
        await using var bench = new UpstreamBench();
        var all = Segment(0, 20_000);
        bench.Source
            .On("/i.m3u8", Playlist(Ended(
                "#EXT-X-BYTERANGE:3000@2500", "all.ts",
                "#EXT-X-BYTERANGE:4000", "all.ts",
                "#EXT-X-BYTERANGE:100@0", "all.ts")))
            .On("/all.ts", knowsRanges ? Ranged(all) : Answers.Bytes(all, "video/mp2t"));

        var bytes = await bench.ReadAllAsync("/i.m3u8");

        Assert.Equal(Join(all[2500..5500], all[5500..9500], all[..100]), bytes);
        Assert.Equal(["bytes=2500-5499", "bytes=5500-9499", "bytes=0-99"],
            bench.Source.Received.Skip(1).Select(request => request.Header("Range")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_encrypted_byte_range_is_cut_out_before_it_is_decrypted(bool knowsRanges)
    {
        await using var bench = new UpstreamBench();
        var key = Segment(1, 16);
        var secret = Encrypt(Segment(5), key, Vector(0));
        byte[] all = [.. Segment(0, 777), .. secret, .. Segment(2, 333)];
        bench.Source
            .On("/i.m3u8", Playlist(Ended("#EXT-X-KEY:METHOD=AES-128,URI=\"key\"", $"#EXT-X-BYTERANGE:{secret.Length}@777", "all.ts")))
            .On("/key", Answers.Bytes(key, "application/octet-stream"))
            .On("/all.ts", knowsRanges ? Ranged(all) : Answers.Bytes(all, "video/mp2t"));

        Assert.Equal(Segment(5), await bench.ReadAllAsync("/i.m3u8"));
    }

    [Fact]
    public async Task Missing_segments_are_skipped_as_long_as_one_comes_in_between()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(7);
        bench.Source.On("/i.m3u8", Playlist(Ended("0.ts", "a.ts", "b.ts", "3.ts", "c.ts", "d.ts", "6.ts")));

        Assert.Equal(Join(segments[0], segments[3], segments[6]), await bench.ReadAllAsync("/i.m3u8"));
    }

    [Fact]
    public async Task Three_missing_segments_in_a_row_end_it()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(5);
        bench.Source.On("/i.m3u8", Playlist(Ended("0.ts", "a.ts", "b.ts", "c.ts", "4.ts")));
        await using var upstream = await bench.OpenAsync("/i.m3u8");
        var first = new byte[segments[0].Length];
        for (var at = 0; at < first.Length;)
            at += await bench.ReadAsync(upstream, first.AsMemory(at));

        var fault = await Assert.ThrowsAsync<UpstreamException>(() => bench.ReadAsync(upstream, new byte[100]));

        Assert.Equal(segments[0], first);
        Assert.Equal(UpstreamFault.Refused, fault.Fault);
        Assert.Contains("404", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, bench.Source.Requests("/4.ts"));
    }

    [Fact]
    public async Task A_segment_that_breaks_off_is_a_gap()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(3);
        bench.Source
            .On("/i.m3u8", Playlist(Ended("0.ts", "1.ts", "2.ts")))
            .On("/1.ts", async (_, reply, token) =>
            {
                await reply.HeadAsync(200, [("Content-Length", "5000")], token);
                await reply.WriteAsync(segments[1].AsMemory(0, 1880), token);
            });

        Assert.Equal(Join(segments[0], segments[1][..1880], segments[2]), await bench.ReadAllAsync("/i.m3u8"));
    }

    [Fact]
    public async Task A_live_window_is_followed_without_gap_or_repetition()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(7);
        bench.Source.On("/i.m3u8", Answers.InTurn(
            Playlist(Live(0, "0.ts", "1.ts", "2.ts", "3.ts")),
            Playlist(Live(1, "1.ts", "2.ts", "3.ts", "4.ts")),
            Playlist(Live(1, "1.ts", "2.ts", "3.ts", "4.ts")),
            Playlist(Live(3, "3.ts", "4.ts", "5.ts", "6.ts", "#EXT-X-ENDLIST"))));

        await using var upstream = await bench.OpenAsync("/i.m3u8");
        var bytes = await bench.ReadToEndAsync(upstream);

        Assert.Equal(Join(segments[1..]), bytes);
        Assert.True(upstream.ArrivesInBursts);
        Assert.False(upstream.TakeDiscontinuity());
        // 4 s after the first load, 4 s after the second, and half of it after the one that brought nothing new.
        Assert.Equal(TimeSpan.FromSeconds(10), bench.Clock.GetElapsedTime(0));
    }

    [Fact]
    public async Task A_media_sequence_that_starts_anew_is_joined_and_announced()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(6);
        bench.Source.On("/i.m3u8", Answers.InTurn(
            Playlist(Live(500, "0.ts", "1.ts", "2.ts")),
            Playlist(Live(0, "3.ts", "4.ts")),
            Playlist(Live(0, "3.ts", "4.ts", "5.ts", "#EXT-X-ENDLIST"))));

        await using var upstream = await bench.OpenAsync("/i.m3u8");
        var bytes = await bench.ReadToEndAsync(upstream);

        Assert.Equal(Join(segments), bytes);
        Assert.True(upstream.TakeDiscontinuity());
        Assert.False(upstream.TakeDiscontinuity());
    }

    [Fact]
    public async Task A_live_playlist_without_segments_yet_is_waited_for()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(2);
        bench.Source.On("/i.m3u8", Answers.InTurn(Playlist(Live(0)), Playlist(Live(0, "0.ts", "1.ts", "#EXT-X-ENDLIST"))));

        Assert.Equal(Join(segments), await bench.ReadAllAsync("/i.m3u8"));
    }

    [Fact]
    public async Task A_discontinuity_of_the_playlist_is_announced_with_its_segment()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(2);
        bench.Source.On("/i.m3u8", Playlist(Ended("0.ts", "#EXT-X-DISCONTINUITY", "1.ts")));
        await using var upstream = await bench.OpenAsync("/i.m3u8");
        var buffer = new byte[segments[0].Length];

        for (var at = 0; at < buffer.Length;)
        {
            at += await bench.ReadAsync(upstream, buffer.AsMemory(at));
            Assert.False(upstream.TakeDiscontinuity());
        }

        Assert.True(await bench.ReadAsync(upstream, buffer) > 0);
        Assert.True(upstream.TakeDiscontinuity());
    }

    [Fact]
    public async Task An_endlist_ends_it_without_another_request()
    {
        await using var bench = new UpstreamBench();
        bench.ServeSegments(1);
        bench.Source.On("/i.m3u8", Playlist(Ended("0.ts")));
        await using var upstream = await bench.OpenAsync("/i.m3u8");
        await bench.ReadToEndAsync(upstream);

        Assert.Equal(0, await bench.ReadAsync(upstream, new byte[10]));
        Assert.Equal(2, bench.Source.Received.Count);
    }

    [Fact]
    public async Task A_token_that_ran_out_is_renewed_at_the_entry_address()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(6);
        var token = 0;
        var media = Answers.InTurn(
            Playlist(Live(0, "0.ts", "1.ts", "2.ts")),
            Playlist(Live(1, "1.ts", "2.ts", "3.ts")),
            Playlist(Live(2, "2.ts", "3.ts", "4.ts")),
            Playlist(Live(3, "3.ts", "4.ts", "5.ts", "#EXT-X-ENDLIST")));
        bench.Source
            .On("/play", (request, reply, stop) =>
                Answers.Redirect(string.Create(CultureInfo.InvariantCulture, $"/live.m3u8?token={Interlocked.Increment(ref token)}"))(request, reply, stop))
            .On("/live.m3u8", (request, reply, stop) =>
            {
                // The first token is good for one load, the second for the rest.
                var isUsed = request.Query == "token=1" && bench.Source.Requests("/live.m3u8") > 1;
                return (isUsed ? Answers.Status(403) : media)(request, reply, stop);
            });

        var bytes = await bench.ReadAllAsync("/play");

        Assert.Equal(Join(segments), bytes);
        Assert.Equal(2, bench.Source.Requests("/play"));
        Assert.Equal(["token=1", "token=1", "token=2", "token=2", "token=2"],
            bench.Source.Received.Where(request => request.Path == "/live.m3u8").Select(request => request.Query));
    }

    [Fact]
    public async Task A_playlist_that_breaks_off_at_the_opening_is_an_upstream_fault()
    {
        await using var bench = new UpstreamBench();
        bench.Source
            .On("/m.m3u8", Playlist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\ni.m3u8\n"))
            .On("/i.m3u8", async (_, reply, token) =>
            {
                await reply.HeadAsync(200, [("Content-Length", "500")], token);
                await reply.WriteAsync("#EXTM3U\n#EXT-X-TARGETDURATION:4\n"u8.ToArray(), token);
            });

        var fault = await bench.FailAsync("/m.m3u8");

        Assert.Equal(UpstreamFault.Ended, fault.Fault);
    }

    [Theory]
    [InlineData("METHOD=SAMPLE-AES,URI=\"skd://asset\",KEYFORMAT=\"com.apple.streamingkeydelivery\"", "FairPlay")]
    [InlineData("METHOD=SAMPLE-AES,URI=\"key\"", "SAMPLE-AES")]
    public async Task Drm_is_refused_by_name(string attributes, string name)
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/i.m3u8", Playlist(Ended("#EXT-X-KEY:" + attributes, "0.ts")));

        var fault = await bench.FailAsync("/i.m3u8");

        Assert.Equal(UpstreamFault.Protected, fault.Fault);
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("video/mp2t")]
    [InlineData("application/octet-stream")]
    public async Task A_playlist_is_known_by_its_bytes_whatever_type_and_line_ends_it_has(string type)
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(2);
        bench.Source.On("/stream.ts", Answers.Text("\uFEFF" + Ended("0.ts", "1.ts").ReplaceLineEndings("\r\n"), type));

        Assert.Equal(Join(segments), await bench.ReadAllAsync("/stream.ts"));
    }

    [Fact]
    public async Task Compressed_playlists_are_unpacked()
    {
        await using var bench = new UpstreamBench();
        var segments = bench.ServeSegments(1);
        bench.Source
            .On("/m.m3u8", Packed("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\ni.m3u8\n"))
            .On("/i.m3u8", Packed(Ended("0.ts")));

        Assert.Equal(segments[0], await bench.ReadAllAsync("/m.m3u8"));
    }

    private static FakeAnswer Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return Answers.Bytes(packed.ToArray(), "application/vnd.apple.mpegurl", headers: ("Content-Encoding", "gzip"));
    }

    private static FakeAnswer Ranged(byte[] all) => (request, reply, token) =>
    {
        var bounds = request.Header("Range")["bytes=".Length..].Split('-').Select(bound => int.Parse(bound, CultureInfo.InvariantCulture)).ToArray();
        return Answers.Bytes(all[bounds[0]..(bounds[1] + 1)], "video/mp2t", 206, ("Content-Range", $"bytes {bounds[0]}-{bounds[1]}/{all.Length}"))(request, reply, token);
    };

    private static byte[] Vector(long sequence)
    {
        var vector = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(vector.AsSpan(8), sequence);
        return vector;
    }

    internal static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];
}
