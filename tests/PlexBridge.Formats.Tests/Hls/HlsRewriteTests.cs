using System.Text;
using PlexBridge.Formats.Hls;

namespace PlexBridge.Formats.Tests.Hls;

public class HlsRewriteTests
{
    [Fact]
    public void A_master_keeps_the_best_variant_and_its_sounds()
    {
        var written = Write("""
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",URI="en.m3u8"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",LANGUAGE="de",DEFAULT=YES,URI="de.m3u8"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Text",URI="text.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=100,AUDIO="a"
            low.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO="a",SUBTITLES="s"
            high.m3u8
            """);

        Assert.Equal(
            """
            #EXTM3U
            #EXT-X-VERSION:6
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Deutsch",LANGUAGE="de",DEFAULT=YES,URI="[https://cdn.example/live/de.m3u8|.m3u8]"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=NO,URI="[https://cdn.example/live/en.m3u8|.m3u8]"
            #EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO="audio"
            [https://cdn.example/live/high.m3u8|.m3u8]

            """,
            written);
    }

    [Fact]
    public void Segments_keep_what_a_player_needs_and_nothing_else()
    {
        var written = Write("""
            #EXTM3U
            #EXT-X-TARGETDURATION:4
            #EXT-X-MEDIA-SEQUENCE:16
            #EXT-X-PART:DURATION=1,URI="file:///etc/passwd"
            #EXT-X-MAP:URI="init.mp4",BYTERANGE="10@0"
            #EXT-X-KEY:METHOD=AES-128,URI="k.bin"
            #EXTINF:3.5,title
            #EXT-X-BYTERANGE:100@10
            a.php?x=1
            #EXT-X-DISCONTINUITY
            #EXT-X-KEY:METHOD=NONE
            #EXTINF:4,
            file:///etc/passwd
            #EXT-X-ENDLIST
            """);

        Assert.Equal(
            """
            #EXTM3U
            #EXT-X-VERSION:6
            #EXT-X-TARGETDURATION:4
            #EXT-X-MEDIA-SEQUENCE:16
            #EXT-X-MAP:URI="[https://cdn.example/live/init.mp4|.mp4]",BYTERANGE="10@0"
            #EXT-X-KEY:METHOD=AES-128,URI="[https://cdn.example/live/k.bin|.key]",IV=0x00000000000000000000000000000010
            #EXTINF:3.5,
            #EXT-X-BYTERANGE:100@10
            [https://cdn.example/live/a.php?x=1|.mp4]
            #EXT-X-DISCONTINUITY
            #EXT-X-KEY:METHOD=NONE
            #EXTINF:4,
            [file:///etc/passwd|.mp4]
            #EXT-X-ENDLIST

            """,
            written);
    }

    [Theory]
    [InlineData("a.aac?x=1", ".aac")]
    [InlineData("a.html", ".ts")]
    public void The_kind_of_a_segment_is_told(string segment, string extension)
    {
        Assert.Contains(segment + "|" + extension + "]", Write($"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{segment}\n"), StringComparison.Ordinal);
    }

    private static string Write(string text)
    {
        Assert.True(HlsPlaylist.TryParse(Encoding.UTF8.GetBytes(text), "https://cdn.example/live/index.m3u8", out var playlist, out var fault), fault);
        return HlsRewrite.Write(playlist, (address, extension) => $"[{address}|{extension}]");
    }
}
