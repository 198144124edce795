using System.Net;
using PlexBridge.Settings;

namespace PlexBridge.Tests.Settings;

public sealed class SettingFormatsTests
{
    [Fact]
    public void Keys_are_lower_case_words_and_unique_in_the_environment_too()
    {
        Assert.All(SettingsCatalog.All, setting => Assert.Matches("^[a-z]+([.][a-z]+)*$", setting.Key));
        Assert.Equal(SettingsCatalog.All.Count, SettingsCatalog.All.Select(setting => setting.EnvironmentName).Distinct().Count());
        Assert.Equal("PLEXBRIDGE_LINEUP_LIMIT", SettingsCatalog.LineupLimit.EnvironmentName);
    }

    [Fact]
    public void Every_declared_setting_is_listed()
    {
        var declared = typeof(SettingsCatalog).GetProperties().Where(property => property.PropertyType.IsAssignableTo(typeof(Setting)))
            .Select(property => (Setting)property.GetValue(null)!);

        Assert.Equal(declared.ToHashSet(), SettingsCatalog.All.ToHashSet());
    }

    [Fact]
    public void Every_default_is_valid_and_reads_back()
    {
        foreach (var setting in SettingsCatalog.All)
        {
            Assert.True(setting.TryRead(setting.DefaultText, out var value, out _), setting.Key);
            Assert.Equal(setting.DefaultText, setting.Write(value));
            Assert.EndsWith(".", setting.Help, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("30s", 30_000)]
    [InlineData("30", 30_000)]
    [InlineData("1.5", 1_500)]
    [InlineData("500ms", 500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("2 m 3 s", 123_000)]
    public void Durations_are_read_as_people_write_them(string text, long milliseconds)
    {
        Assert.True(DurationText.TryRead(text, out var value));

        Assert.Equal(milliseconds, value.TotalMilliseconds);
        Assert.True(DurationText.TryRead(DurationText.Write(value), out var again));
        Assert.Equal(value, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5x")]
    [InlineData("-5s")]
    [InlineData("5s5")]
    [InlineData("1..5s")]
    [InlineData("99999999999d")]
    [InlineData("5 fortnights")]
    public void Anything_else_is_no_duration(string text) => Assert.False(DurationText.TryRead(text, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("512KB", 524_288)]
    [InlineData("200mb", 209_715_200)]
    [InlineData("1.5 GB", 1_610_612_736)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes)
    {
        Assert.True(BytesText.TryRead(text, out var value));

        Assert.Equal(bytes, value);
        Assert.True(BytesText.TryRead(BytesText.Write(value), out var again));
        Assert.Equal(value, again);
    }

    [Theory]
    [InlineData("0.0.0.0:5004", "0.0.0.0:5004")]
    [InlineData("[::]:5004", "[::]:5004")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData(":5005", "0.0.0.0:5005")]
    [InlineData("5005", "0.0.0.0:5005")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    public void Listen_takes_an_address_and_a_port(string text, string expected)
    {
        Assert.True(SettingsCatalog.Listen.TryRead(text, out var value, out _));
        Assert.Equal(IPEndPoint.Parse(expected), value);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::1:5004")]
    [InlineData("[::1]")]
    [InlineData("host:5004")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("70000")]
    [InlineData("")]
    public void Listen_refuses_the_rest(string text) => Assert.False(SettingsCatalog.Listen.TryRead(text, out _, out _));

    [Theory]
    [InlineData("https://tv.example.org", "https://tv.example.org/")]
    [InlineData("http://example.org:8080/tv/", "http://example.org:8080/tv/")]
    [InlineData("", null)]
    public void Public_url_takes_web_addresses(string text, string? expected)
    {
        Assert.True(SettingsCatalog.PublicUrl.TryRead(text, out var value, out _));
        Assert.Equal(expected, ((Uri?)value)?.AbsoluteUri);
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("ftp://example.org")]
    [InlineData("http://user:password@example.org")]
    [InlineData("http://example.org/?a=b")]
    [InlineData("http://example.org/#x")]
    public void Public_url_refuses_the_rest(string text) => Assert.False(SettingsCatalog.PublicUrl.TryRead(text, out _, out _));

    [Theory]
    [InlineData("private", "192.168.1.7", true)]
    [InlineData("private", "8.8.8.8", false)]
    [InlineData("private", "::ffff:10.1.2.3", true)]
    [InlineData("private", "::ffff:8.8.8.8", false)]
    [InlineData("private", "fd00::1", true)]
    [InlineData("private", "100.64.0.1", true)]
    [InlineData("private,203.0.113.0/24", "203.0.113.9", true)]
    [InlineData("203.0.113.9", "203.0.113.10", false)]
    [InlineData("any", "2001:db8::1", true)]
    [InlineData("none", "127.0.0.1", false)]
    public void Networks_contain_addresses(string text, string address, bool expected)
    {
        Assert.True(NetworkList.TryParse(text, out var list));
        Assert.Equal(expected, list.Contains(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("home")]
    [InlineData("7")]
    [InlineData("10.0.0.0/8 192.168.0.0/16")]
    public void What_is_no_network_is_refused(string text) => Assert.False(NetworkList.TryParse(text, out _));

    [Fact]
    public void Shares_take_a_percent_sign()
    {
        Assert.True(SettingsCatalog.SourceShrink.TryRead("35 %", out var value, out _));
        Assert.Equal(35, value);
        Assert.False(SettingsCatalog.SourceShrink.TryRead("101", out _, out _));
    }
}
