using PlexBridge.Formats.Hls;

namespace PlexBridge.Formats.Tests.Hls;

public class HlsAddressTests
{
    // The examples of RFC 3986, 5.4; fragments go, since no server sees them.
    [Theory]
    [InlineData("g:h", "g:h")]
    [InlineData("g", "http://a/b/c/g")]
    [InlineData("./g", "http://a/b/c/g")]
    [InlineData("g/", "http://a/b/c/g/")]
    [InlineData("/g", "http://a/g")]
    [InlineData("//g", "http://g")]
    [InlineData("?y", "http://a/b/c/d;p?y")]
    [InlineData("g?y", "http://a/b/c/g?y")]
    [InlineData("#s", "http://a/b/c/d;p?q")]
    [InlineData("g#s", "http://a/b/c/g")]
    [InlineData(";x", "http://a/b/c/;x")]
    [InlineData("g;x?y#s", "http://a/b/c/g;x?y")]
    [InlineData("", "http://a/b/c/d;p?q")]
    [InlineData(".", "http://a/b/c/")]
    [InlineData("./", "http://a/b/c/")]
    [InlineData("..", "http://a/b/")]
    [InlineData("../g", "http://a/b/g")]
    [InlineData("../..", "http://a/")]
    [InlineData("../../g", "http://a/g")]
    [InlineData("../../../g", "http://a/g")]
    [InlineData("/./g", "http://a/g")]
    [InlineData("/../g", "http://a/g")]
    [InlineData("g.", "http://a/b/c/g.")]
    [InlineData("..g", "http://a/b/c/..g")]
    [InlineData("./../g", "http://a/b/g")]
    [InlineData("./g/.", "http://a/b/c/g/")]
    [InlineData("g/../h", "http://a/b/c/h")]
    [InlineData("g;x=1/../y", "http://a/b/c/y")]
    [InlineData("g?y/../x", "http://a/b/c/g?y/../x")]
    public void References_resolve_as_the_rfc_says(string reference, string address)
    {
        Assert.Equal(address, HlsAddress.Resolve("http://a/b/c/d;p?q", reference));
    }

    [Theory]
    [InlineData("http://host", "a.ts", "http://host/a.ts")]
    [InlineData("http://host?x=/y/", "a.ts", "http://host/a.ts")]
    [InlineData("http://u:p@[::1]:8080/p/x.m3u8", "a.ts?s=%7E%2F..%41", "http://u:p@[::1]:8080/p/a.ts?s=%7E%2F..%41")]
    [InlineData("http://host/x/y.m3u8", "seg:1.ts", "seg:1.ts")]
    [InlineData("http://host/x/y.m3u8", "1:2.ts", "http://host/x/1:2.ts")]
    [InlineData("http://host/x/y.m3u8", "a//b/../c", "http://host/x/a//c")]
    public void Signed_addresses_keep_every_character(string document, string reference, string address)
    {
        Assert.Equal(address, HlsAddress.Resolve(document, reference));
    }
}
