using System.Collections.Immutable;
using System.Text;
using PlexBridge.Formats.Hls;

namespace PlexBridge.Formats.Tests.Hls;

public class HlsPlaylistTests
{
    private const string Address = "https://cdn.example/live/one/index.m3u8?token=a%2Fb";
    private const string Head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";

    [Fact]
    public void Live_playlist_is_numbered_from_its_media_sequence()
    {
        var playlist = Media(Head + "#EXT-X-MEDIA-SEQUENCE:41\n#EXTINF:6.006,\na.ts\n#EXTINF:5,Title, more\n/b.ts?x=1\n");

        Assert.Equal([41L, 42L], playlist.Segments.Select(segment => segment.Sequence));
        Assert.Equal(["https://cdn.example/live/one/a.ts", "https://cdn.example/b.ts?x=1"], playlist.Segments.Select(segment => segment.Address));
        Assert.Equal([6006.0, 5000.0], playlist.Segments.Select(segment => segment.Duration.TotalMilliseconds));
        Assert.Equal((43L, false, 6.0), (playlist.NextSequence, playlist.IsEnded, playlist.TargetDuration.TotalSeconds));
    }

    [Theory]
    [InlineData("\uFEFF#EXTM3U\r\n#EXT-X-TARGETDURATION:6\r\n\r\n#EXTINF:6,\r\na.ts\r\n")]
    [InlineData("\n\n#EXTM3U\n#EXT-X-TARGETDURATION:6\n# a comment\n#EXTINF:6\na.ts")]
    [InlineData("#EXTM3U \n#EXT-X-TARGETDURATION: 6 \n#EXT-X-UNKNOWN:X=1\n#EXTINF: 6 ,\n  a.ts  \n")]
    public void Line_ends_marks_and_blanks_do_not_matter(string text)
    {
        var segment = Assert.Single(Media(text).Segments);

        Assert.Equal(("https://cdn.example/live/one/a.ts", 0L, 6.0), (segment.Address, segment.Sequence, segment.Duration.TotalSeconds));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("  \r\n ", "empty")]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("{\"error\":\"expired\"}", "JSON")]
    [InlineData("#EXTINF:6,\na.ts\n", "#EXTM3U")]
    [InlineData("#EXTM3U8\n", "#EXTM3U")]
    [InlineData("#EXTM3U\n#EXTINF:-1 tvg-id=\"x\",Channel\nhttp://a/b\n", "list of channels")]
    [InlineData("#EXTM3U\n#EXT-X-VERSION:3\n", "neither variants nor segments")]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n#EXTINF:6,\na.ts\n", "mixes")]
    public void What_is_no_playlist_is_refused_with_a_reason(string text, string reason)
    {
        Assert.False(HlsPlaylist.TryParse(Encoding.UTF8.GetBytes(text), Address, out var playlist, out var fault));

        Assert.Null(playlist);
        Assert.Contains(reason, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("cdn.example", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endless_body_is_refused()
    {
        var body = new byte[HlsPlaylist.LongestBytes + 1];
        "#EXTM3U\n"u8.CopyTo(body);

        Assert.False(HlsPlaylist.TryParse(body, Address, out _, out var fault));
        Assert.Contains("longer", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_live_playlist_is_a_stream_that_is_starting()
    {
        var playlist = Media(Head + "#EXT-X-MEDIA-SEQUENCE:7\n");

        Assert.Empty(playlist.Segments);
        Assert.Equal((7L, -1, -1), (playlist.NextSequence, playlist.IndexOfStart(), playlist.IndexOf(7)));
    }

    [Fact]
    public void Byte_ranges_without_offset_follow_the_one_before_of_the_same_resource()
    {
        var playlist = Media(Head
            + "#EXTINF:6,\n#EXT-X-BYTERANGE:100@20\na.ts\n#EXTINF:6,\n#EXT-X-BYTERANGE:50\na.ts\n#EXTINF:6,\n#EXT-X-BYTERANGE:7\nb.ts\n#EXTINF:6,\nc.ts\n");

        Assert.Equal(
            [new HlsByteRange(20, 100), new HlsByteRange(120, 50), new HlsByteRange(0, 7), (HlsByteRange?)null],
            playlist.Segments.Select(segment => segment.Range));
    }

    [Fact]
    public void Keys_rotate_end_and_apply_to_maps_by_their_place()
    {
        var playlist = Media(Head
            + "#EXT-X-MAP:URI=\"clear.mp4\"\n"
            + "#EXT-X-KEY:METHOD=AES-128,URI=\"k1?a=1,b=2\"\n#EXTINF:6,\na.ts\n"
            + "#EXT-X-KEY:METHOD=AES-128,URI=\"k2\",IV=0x000102030405060708090A0B0C0D0E0F\n#EXT-X-MAP:URI=\"i.mp4\",BYTERANGE=\"720@0\"\n#EXTINF:6,\nb.ts\n"
            + "#EXT-X-KEY:METHOD=NONE\n#EXTINF:6,\nc.ts\n");

        var (a, b, c) = (playlist.Segments[0], playlist.Segments[1], playlist.Segments[2]);
        Assert.Equal("https://cdn.example/live/one/k1?a=1,b=2", a.Key?.Address);
        Assert.Null(a.Map?.Key);
        Assert.Equal("https://cdn.example/live/one/k2", b.Key?.Address);
        Assert.Equal(new HlsMap("https://cdn.example/live/one/i.mp4", new HlsByteRange(0, 720), b.Key), b.Map);
        Assert.Null(c.Key);
        Assert.Null(playlist.DrmName);
        Assert.Equal("0000000000000000000000000000012D", Vector(a.Key!, 301));
        Assert.Equal("000102030405060708090A0B0C0D0E0F", Vector(b.Key!, 301));
    }

    [Theory]
    [InlineData("METHOD=SAMPLE-AES,URI=\"skd://x\",KEYFORMAT=\"com.apple.streamingkeydelivery\"", "FairPlay")]
    [InlineData("METHOD=SAMPLE-AES-CTR,URI=\"data:x\",KEYFORMAT=\"urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed\"", "Widevine")]
    [InlineData("METHOD=SAMPLE-AES,URI=\"data:x\",KEYFORMAT=\"com.microsoft.playready\"", "PlayReady")]
    [InlineData("METHOD=SAMPLE-AES,URI=\"k\"", "SAMPLE-AES")]
    [InlineData("METHOD=AES-128,URI=\"k\",KEYFORMAT=\"org.example\"", "org.example")]
    public void Protection_is_called_by_its_name(string attributes, string name)
    {
        Assert.Equal(name, Media(Head + $"#EXT-X-KEY:{attributes}\n#EXTINF:6,\na.ts\n").DrmName);
    }

    [Fact]
    public void A_plain_key_wins_over_an_alternative_that_needs_a_licence()
    {
        var playlist = Media(Head
            + "#EXT-X-KEY:METHOD=AES-128,URI=\"skd://x\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:6,\na.ts\n");

        Assert.Null(playlist.DrmName);
        Assert.True(playlist.Segments[0].Key?.IsUsable);
    }

    [Fact]
    public void Discontinuities_gaps_and_dates_belong_to_the_next_segment()
    {
        var playlist = Media(Head
            + "#EXT-X-DISCONTINUITY-SEQUENCE:3\n#EXTINF:6,\na.ts\n#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:00:00.500+02:00\n"
            + "#EXTINF:6,\nb.ts\n#EXT-X-GAP\n#EXTINF:6,\nc.ts\n#EXT-X-ENDLIST\n#EXTINF:6,\nnever.ts\n");

        Assert.Equal([3L, 4L, 4L], playlist.Segments.Select(segment => segment.DiscontinuitySequence));
        Assert.Equal([false, true, false], playlist.Segments.Select(segment => segment.IsDiscontinuity));
        Assert.Equal([false, false, true], playlist.Segments.Select(segment => segment.IsGap));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 10, 0, 0, 500, TimeSpan.Zero), playlist.Segments[1].ProgramDateTime);
        Assert.Null(playlist.Segments[2].ProgramDateTime);
        Assert.True(playlist.IsEnded);
    }

    [Fact]
    public void Low_latency_tags_are_passed_over()
    {
        var playlist = Media(Head
            + "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0,HOLD-BACK=9\n#EXT-X-PART-INF:PART-TARGET=0.33\n#EXT-X-MEDIA-SEQUENCE:10\n#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n"
            + "#EXTINF:6,\na.ts\n#EXT-X-PART:DURATION=0.33,URI=\"p0.ts\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p1.ts\"\n#EXT-X-RENDITION-REPORT:URI=\"../x.m3u8\"\n");

        var segment = Assert.Single(playlist.Segments);
        Assert.Equal((12L, 9.0), (segment.Sequence, playlist.HoldBack?.TotalSeconds));
    }

    [Theory]
    [InlineData("", 7)]
    [InlineData("#EXT-X-SERVER-CONTROL:HOLD-BACK=24\n", 6)]
    [InlineData("#EXT-X-START:TIME-OFFSET=-12\n", 8)]
    [InlineData("#EXT-X-START:TIME-OFFSET=13\n", 2)]
    [InlineData("#EXT-X-START:TIME-OFFSET=-1000\n", 0)]
    [InlineData("#EXT-X-START:TIME-OFFSET=1000\n", 9)]
    public void A_live_stream_starts_three_targets_from_the_end_or_where_it_asks(string tag, int index)
    {
        var playlist = Media(Head + tag + string.Concat(Enumerable.Range(0, 10).Select(number => $"#EXTINF:6,\ns{number}.ts\n")));

        Assert.Equal(index, playlist.IndexOfStart());
    }

    [Fact]
    public void Segments_are_found_by_number()
    {
        var playlist = Media(Head + "#EXT-X-MEDIA-SEQUENCE:100\n" + string.Concat(Enumerable.Range(0, 5).Select(number => $"#EXTINF:6,\ns{number}.ts\n")));

        Assert.Equal([0, 0, 4, -1], new[] { 90L, 100, 104, 105 }.Select(playlist.IndexOf));
    }

    [Fact]
    public void A_missing_target_duration_is_the_longest_segment()
    {
        Assert.Equal(8, Media("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:5,\na.ts\n#EXTINF:8,\nb.ts\n").TargetDuration.TotalSeconds);
    }

    [Fact]
    public void Variables_are_put_in_from_the_playlist_its_master_and_its_address()
    {
        var text = Head
            + "#EXT-X-DEFINE:NAME=\"host\",VALUE=\"https://other.example\"\n#EXT-X-DEFINE:IMPORT=\"path\"\n#EXT-X-DEFINE:QUERYPARAM=\"token\"\n"
            + "#EXT-X-KEY:METHOD=AES-128,URI=\"{$host}/key\"\n#EXTINF:6,\n{$host}/{$path}/a.ts?t={$token}&u={$unknown}\n";
        var imported = ImmutableDictionary<string, string>.Empty.Add("path", "p");

        Assert.True(HlsPlaylist.TryParse(Encoding.UTF8.GetBytes(text), Address, out var playlist, out _, imported));

        var segment = Assert.IsType<HlsMediaPlaylist>(playlist).Segments[0];
        Assert.Equal("https://other.example/p/a.ts?t=a/b&u={$unknown}", segment.Address);
        Assert.Equal("https://other.example/key", segment.Key?.Address);
    }

    private static HlsMediaPlaylist Media(string text)
    {
        Assert.True(HlsPlaylist.TryParse(Encoding.UTF8.GetBytes(text), Address, out var playlist, out var fault), fault);
        return Assert.IsType<HlsMediaPlaylist>(playlist);
    }

    private static string Vector(HlsKey key, long sequence)
    {
        var vector = new byte[HlsDecryption.KeyLength];
        HlsDecryption.WriteInitializationVector(key, sequence, vector);
        return Convert.ToHexString(vector);
    }
}
