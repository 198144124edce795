using PlexBridge.Formats.Text;

namespace PlexBridge.Formats.Tests.Text;

public sealed class UrlSkeletonTests
{
    [Theory]
    [InlineData("http://h:8080/live/alice/s3cret/123.ts", "http://h:8080/live/bob/0ther/123.m3u8")]
    [InlineData("http://h:8080/alice/s3cret/123", "http://H:8080/bob/0ther/123.ts")]
    [InlineData("http://a:b@h/x.m3u8", "http://c:d@h/x.m3u8")]
    [InlineData("https://h/x.m3u8?token=abc&ch=5", "https://h/x.m3u8?token=def&ch=5")]
    [InlineData("https://h/x.m3u8?ch=5&e=1790000000&st=Zx81", "https://h/x.m3u8?ch=5&e=1790009999&st=Qy72")]
    [InlineData("https://h/9f86d081884c7d659a2feaa0c55ad015/x.m3u8", "https://h/60303ae22b998861bce3b28f33eec1be/x.m3u8")]
    [InlineData("https://h/hdntl=exp=1790000000~acl=*~hmac=0a1b/x.m3u8", "https://h/hdntl=exp=1799999999~acl=*~hmac=9f8e/x.m3u8")]
    [InlineData("https://h/x.m3u8?mystery=dGhpc0lzMTIzNGEyVG9rZW4", "https://h/x.m3u8?mystery=YW5vdGhlcjE5ODdUb2tlbg")]
    public void What_changes_from_refresh_to_refresh_is_left_out(string before, string after) => Assert.Equal(UrlSkeleton.Of(before), UrlSkeleton.Of(after));

    [Theory]
    [InlineData("http://h/live/u/p/123.ts", "http://h/live/u/p/124.ts")]
    [InlineData("http://h/live/u/p/123.ts", "http://h/movie/u/p/123.ts")]
    [InlineData("http://h/bbc-one-hd-1080p-london/x.m3u8", "http://h/bbc-two-hd-1080p-london/x.m3u8")]
    [InlineData("http://h/stream.php?ch=CT_D", "http://h/stream.php?ch=Nova")]
    [InlineData("udp://@239.1.1.1:1234", "udp://@239.1.1.2:1234")]
    [InlineData("http://h/pxx.php#a", "http://h/pxx.php#b")]
    public void What_tells_streams_apart_stays(string one, string other) => Assert.NotEqual(UrlSkeleton.Of(one), UrlSkeleton.Of(other));

    [Theory]
    [InlineData("http://h/live/u/p/123.ts", "123")]
    [InlineData("http://h:80/u/p/5?x=1", "5")]
    [InlineData("http://h/a/b/c.m3u8", "")]
    [InlineData("http://h/5", "")]
    [InlineData("nothing", "")]
    public void A_panels_id_is_found_in_its_address(string url, string id) => Assert.Equal(id, UrlSkeleton.XtreamId(url).ToString());

    [Fact]
    public void Nonsense_is_no_exception()
    {
        foreach (var url in (string[])["", "?", "#", "://", "http://", "http://?", "/////", "a?b#c?d", "http://h/?&&=&=="])
            Assert.NotNull(UrlSkeleton.Of(url));
    }
}
