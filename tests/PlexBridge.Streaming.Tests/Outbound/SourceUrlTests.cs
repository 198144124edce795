using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Tests.Outbound;

public sealed class SourceUrlTests
{
    [Theory]
    [InlineData("http://panel.example:8080/live/user/s3cret/1.ts")]
    [InlineData("http://user:s3cret@panel.example:8080/x")]
    [InlineData("http://panel.example:8080/get.php?username=u&password=s3cret")]
    public void Printing_shows_scheme_and_host_but_no_secret(string address)
    {
        var shown = new SourceUrl(address).ToString();

        Assert.StartsWith("http://panel.example:8080/#", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("user", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_address_shows_only_its_hash()
    {
        Assert.Matches("^#[0-9a-f]{8}$", new SourceUrl("s3cret").ToString());
    }

    [Fact]
    public void Headers_print_their_names_only()
    {
        var headers = new RequestHeaders([new("Authorization", "Bearer s3cret"), new("Referer", "http://a/")]);

        Assert.Equal("Authorization, Referer", headers.ToString());
    }

    [Theory]
    [InlineData("User-Agent", "a b", true)]
    [InlineData("X", "a\r\nInjected: 1", false)]
    [InlineData("X\n", "a", false)]
    [InlineData("X Y", "a", false)]
    [InlineData("", "a", false)]
    public void Headers_that_could_smuggle_lines_are_not_sendable(string name, string value, bool isSendable)
    {
        Assert.Equal(isSendable, RequestHeaders.IsSendable(name, value));
    }
}
