using System.Text;
using PlexBridge.Formats.Hls;

namespace PlexBridge.Formats.Tests.Hls;

public class HlsMasterPlaylistTests
{
    private const string Muxed =
        """
        #EXTM3U
        #EXT-X-STREAM-INF:BANDWIDTH=1280000,AVERAGE-BANDWIDTH=1000000,RESOLUTION=640x360,FRAME-RATE=25.000,CODECS="avc1.4d401e,mp4a.40.2"
        low/index.m3u8?session=9
        #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,URI="iframe.m3u8"
        #EXT-X-STREAM-INF:BANDWIDTH=7680000,RESOLUTION=1920x1080,CODECS="avc1.640028, mp4a.40.2"
        https://other.example/hi.m3u8
        #EXT-X-STREAM-INF:BANDWIDTH=65000,CODECS="mp4a.40.5"
        audio-only.m3u8
        """;

    [Fact]
    public void Variants_are_read_with_what_they_say()
    {
        var master = Parse(Muxed);

        Assert.Equal(3, master.Variants.Length);
        var low = master.Variants[0];
        Assert.Equal("http://a.example/x/low/index.m3u8?session=9", low.Address);
        Assert.Equal((1280000L, 1000000L, 640, 360, 25.0), (low.Bandwidth, low.AverageBandwidth, low.Width, low.Height, low.FrameRate));
        Assert.Equal(["avc1.4d401e", "mp4a.40.2"], low.Codecs.AsEnumerable());
        Assert.True(master.Variants[2].IsAudioOnly);
    }

    [Fact]
    public void The_highest_variant_with_picture_and_sound_is_taken()
    {
        var choice = HlsVariantChoice.Best(Parse(Muxed));

        Assert.Equal(("https://other.example/hi.m3u8", (HlsRendition?)null), (choice.Variant.Address, choice.Audio));
    }

    [Fact]
    public void Muxed_sound_is_preferred_to_a_higher_rate_without_it()
    {
        var choice = HlsVariantChoice.Best(Parse(
            """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="en.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=1920x1080,CODECS="avc1.640028,mp4a.40.2",AUDIO="aac"
            hi.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=1280x720
            mid.m3u8
            """));

        Assert.Equal("http://a.example/x/mid.m3u8", choice.Variant.Address);
        Assert.Null(choice.Audio);
    }

    [Fact]
    public void Separate_sound_comes_with_the_choice_where_there_is_no_other()
    {
        var choice = HlsVariantChoice.Best(Parse(
            """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Deutsch",LANGUAGE="de",AUTOSELECT=YES,URI="de.m3u8"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="en.m3u8"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="x",URI="s.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=9000000,AUDIO="aac"
            hi.m3u8
            """));

        Assert.Equal(("http://a.example/x/en.m3u8", "en", true), (choice.Audio?.Address, choice.Audio?.Language, choice.Audio?.IsDefault));
    }

    [Fact]
    public void A_group_with_a_muxed_rendition_needs_no_separate_sound()
    {
        var choice = HlsVariantChoice.Best(Parse(
            """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Main",DEFAULT=YES
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Commentary",URI="c.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=9000000,AUDIO="a"
            hi.m3u8
            """));

        Assert.Null(choice.Audio);
    }

    [Fact]
    public void Session_keys_are_named_before_any_segment_is_seen()
    {
        var master = Parse(
            "#EXTM3U\n#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"skd://k\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n");

        Assert.Equal("FairPlay", Assert.Single(master.SessionKeys).DrmName);
    }

    private static HlsMasterPlaylist Parse(string text)
    {
        Assert.True(HlsPlaylist.TryParse(Encoding.UTF8.GetBytes(text), "http://a.example/x/master.m3u8", out var playlist, out var fault), fault);
        return Assert.IsType<HlsMasterPlaylist>(playlist);
    }
}
