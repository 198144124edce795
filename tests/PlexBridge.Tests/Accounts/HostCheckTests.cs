using PlexBridge.Accounts;

namespace PlexBridge.Tests.Accounts;

public sealed class HostCheckTests
{
    [Theory]
    [InlineData("192.168.1.5", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("8.8.8.8", true)] // an address can't be rebound
    [InlineData("[::1]", true)]
    [InlineData("[fd00::5]", true)]
    [InlineData("[::ffff:10.0.0.1]", true)]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("plexbridge", true)]
    [InlineData("my_box-2", true)]
    [InlineData("plexbridge.local", true)]
    [InlineData("1053C0CA.LOCAL", true)]
    [InlineData("", true)] // HTTP/1.0
    [InlineData("tv.example.org", true)]
    [InlineData("TV.EXAMPLE.ORG", true)]
    [InlineData("example.org", false)]
    [InlineData("evil.tv.example.org", false)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("plexbridge.local.evil.example", false)]
    [InlineData("evillocal", true)] // a single label
    [InlineData("evil.notlocal", false)]
    [InlineData(".local", false)]
    [InlineData("localhost.", false)]
    [InlineData("[::1", false)]
    [InlineData("::1", false)]
    [InlineData("[evil.example]", false)]
    [InlineData("[]", false)]
    [InlineData("[", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("user@host", false)]
    [InlineData("пример", false)]
    public void Only_names_that_no_public_dns_hands_out_are_ours(string host, bool isOurs) =>
        Assert.Equal(isOurs, HostCheck.IsOurs(host, new Uri("https://tv.example.org/sub/")));

    [Fact]
    public void Without_a_public_url_its_name_is_nobodys() => Assert.False(HostCheck.IsOurs("tv.example.org", null));

    [Fact]
    public void A_public_url_in_another_script_is_known_by_both_spellings()
    {
        var publicUrl = new Uri("https://bücher.example/");
        Assert.True(HostCheck.IsOurs("xn--bcher-kva.example", publicUrl));
        Assert.True(HostCheck.IsOurs("bücher.example", publicUrl));
    }
}
