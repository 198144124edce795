using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming.Tests.Upstream;

public sealed class RemuxAddressTests
{
    [Fact]
    public void An_address_is_taken_apart()
    {
        Assert.True(RemuxAddress.TryParse("RTSP://al%40ice:p%2Fw@[2001:db8::1]:8554/a/b?x=1&y=%20#z", out var address, out _));

        Assert.Equal("rtsp", address.Scheme);
        Assert.Equal("al%40ice:p%2Fw@", address.SafeUser);
        Assert.Equal("2001:db8::1", address.Host);
        Assert.Equal(8554, address.Port);
        Assert.Equal("/a/b", address.Path);
        Assert.Equal([("x", "1"), ("y", " ")], address.Pairs());
    }

    [Fact]
    public void User_and_password_can_not_end_the_authority()
    {
        Assert.True(RemuxAddress.TryParse("rtsp://user:p@ss:w@camera/1", out var address, out _));

        Assert.Equal("camera", address.Host);
        Assert.Equal("user:p%40ss%3Aw@", address.SafeUser);
    }

    [Theory]
    [InlineData("-i")]
    [InlineData("/etc/passwd")]
    [InlineData("file:/etc/passwd")]
    [InlineData("concat:a|b")]
    [InlineData("://host/")]
    [InlineData("1rtsp://host/")]
    [InlineData("rtsp:///path")]
    [InlineData("rtsp://")]
    [InlineData("rtsp://host:0/")]
    [InlineData("rtsp://host:99999/")]
    [InlineData("rtsp://host:80:80/")]
    [InlineData("rtsp://[::1/")]
    [InlineData("rtsp://[::1]x/")]
    [InlineData("rtsp://ho%73t/")]
    [InlineData("rtsp://host\\@other/")]
    [InlineData("rtsp://host/a\r\nDESCRIBE x")]
    [InlineData("rtsp://host/a\0b")]
    [InlineData("rtsp://us%0d%0aer@host/")]
    [InlineData("rtsp://host/%250d%250a")]
    [InlineData("rtsp://host/a|b")]
    [InlineData("rtsp://host/ä")]
    public void An_address_that_could_mean_more_is_refused(string text)
    {
        Assert.False(RemuxAddress.TryParse(text, out _, out _));
    }

    [Fact]
    public void Endless_addresses_are_refused()
    {
        Assert.False(RemuxAddress.TryParse("rtsp://host/" + new string('a', 5000), out _, out _));
    }

    [Fact]
    public void Random_addresses_never_throw()
    {
        const string Pieces = "rtsp://@[]%0:?&=#/ a1.\\\"|\n";
        var random = new Random(7);
        for (var round = 0; round < 50_000; round++)
        {
            var text = "rtsp://" + string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            if (RemuxAddress.TryParse(text, out var address, out var fault))
                Assert.False(address.Host.AsSpan().ContainsAny("@/ \\%") || address.SafeUser.AsSpan().ContainsAny("/ \\#?"), text);
            else
                Assert.NotEmpty(fault);
        }
    }
}
