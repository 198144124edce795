using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Upstream;

/// <summary>What goes to ffmpeg, told by the bytes and not by the address.</summary>
public sealed class RemuxTests
{
    private const string Widevine = "<ContentProtection schemeIdUri=\"urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed\"/>";

    [FfmpegFact]
    public async Task Fragmented_mp4_goes_to_ffmpeg()
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/i.m3u8", UpstreamBench.Playlist(UpstreamBench.Ended("#EXT-X-MAP:URI=\"init.mp4\"", "0.m4s")));

        await using var upstream = await bench.OpenAsync("/i.m3u8");

        Assert.Equal("HLS-fMP4", upstream.Kind);
        Assert.True(upstream.ArrivesInBursts);
        Assert.Equal(TimeSpan.FromSeconds(12), upstream.StallLimit);
    }

    [FfmpegFact]
    public async Task Separate_sound_goes_to_ffmpeg()
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/i.m3u8", UpstreamBench.Playlist(
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",DEFAULT=YES,URI=\"sound.m3u8\"\n"
            + "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\",RESOLUTION=640x360\npicture.m3u8\n"));

        await using var upstream = await bench.OpenAsync("/i.m3u8");

        Assert.Equal("HLS with separate sound", upstream.Kind);
    }

    [FfmpegFact]
    public async Task A_source_that_has_nothing_behind_its_playlist_is_told_with_a_reason()
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/i.m3u8", UpstreamBench.Playlist(UpstreamBench.Ended("#EXT-X-MAP:URI=\"init.mp4\"", "0.m4s")));

        var fault = await bench.FailReadingAsync("/i.m3u8?password=s3cret");

        Assert.StartsWith("HLS-fMP4: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("http_proxy", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<MPD><Period><AdaptationSet mimeType=\"video/mp4\">" + Widevine + "<Representation/></AdaptationSet></Period></MPD>", UpstreamFault.Protected, "Widevine")]
    [InlineData("<?xml version=\"1.0\"?><!-- made by hand --><MPD><Period><AdaptationSet mimeType=\"text/vtt\"><Representation/></AdaptationSet></Period></MPD>", UpstreamFault.Unsupported, "no picture and no sound")]
    [InlineData("<?xml version=\"1.0\"?><Error>expired</Error>", UpstreamFault.NotTransportStream, "not with a stream")]
    public async Task A_manifest_is_known_by_its_bytes_and_refused_where_it_has_to_be(string body, UpstreamFault fault, string words)
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/live.ts", Answers.Text(body, "video/mp2t"));

        var refused = await bench.FailAsync("/live.ts");

        Assert.Equal(fault, refused.Fault);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_may_not_be_reached_is_refused_before_ffmpeg_starts()
    {
        await using var bench = new UpstreamBench();

        var fault = await bench.FailAsync("rtsp://169.254.169.254/latest");

        Assert.Equal(UpstreamFault.Unreachable, fault.Fault);
        Assert.Contains("may not reach", fault.Message, StringComparison.Ordinal);
    }
}
