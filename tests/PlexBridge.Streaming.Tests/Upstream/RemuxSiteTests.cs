using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming.Tests.Upstream;

public sealed class RemuxSiteTests
{
    [Theory]
    [InlineData("https://cdn.example:8443/a/b.php?x=1&y=/~.ts", ".mp4", "http://stream.invalid/https/cdn.example:8443/a/b.php/~.mp4?x=1&y=/~.ts")]
    [InlineData("http://cdn.example/seg$Number%05d$.m4s", null, "http://stream.invalid/http/cdn.example/seg$Number%05d$.m4s")]
    [InlineData("http://cdn.example", ".m3u8", "http://stream.invalid/http/cdn.example//~.m3u8")]
    [InlineData("http://[2001:db8::1]/a", null, "http://stream.invalid/http/[2001:db8::1]/a")]
    public void Addresses_go_there_and_back(string address, string? extension, string mapped)
    {
        Assert.Equal(mapped, RemuxSite.Map(address, extension));
        Assert.Equal(address.EndsWith("example", StringComparison.Ordinal) ? address + "/" : address, RemuxSite.Unmap(mapped));
    }

    [Fact]
    public void Users_and_passwords_stay_outside()
    {
        Assert.Equal("http://stream.invalid/http/h.example/a@b", RemuxSite.Map("http://alice:s3cret@h.example/a@b", null));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:text/plain,x")]
    [InlineData("concat:/etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("rtmp://h.example/a")]
    public void Other_schemes_lead_nowhere(string address)
    {
        Assert.Null(RemuxSite.Unmap(RemuxSite.Map(address, null)));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://stream.invalid.example/http/h.example/a")]
    [InlineData("http://stream.invalid/file/etc/passwd")]
    [InlineData("http://stream.invalid/")]
    public void An_address_that_was_not_mapped_is_none_of_the_site(string address)
    {
        Assert.Null(RemuxSite.Unmap(address));
    }
}
