using PlexBridge.Sources;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Tests.Sources;

public sealed class SourceReachTests
{
    [Theory]
    [InlineData("-")]
    [InlineData("/srv/lists/list.m3u")]
    [InlineData("http://127.0.0.1:9000/list.m3u")]
    [InlineData("http://localhost/list.m3u")]
    [InlineData("HTTP://192.168.1.20/list.m3u")]
    [InlineData("https://user:pass@10.0.0.1/list.m3u")]
    [InlineData("http://100.64.0.1/list.m3u")]
    [InlineData("http://[::1]:8080/list.m3u")]
    [InlineData("http://[fd00::2]/list.m3u")]
    [InlineData("http://[::ffff:192.168.1.20]/list.m3u")]
    public async Task What_lies_in_the_household_may_name_private_addresses(string location) =>
        Assert.Equal(OutboundReach.PrivateToo, await SourceReach.DecideAsync(location, CancellationToken.None));

    [Theory]
    [InlineData("http://8.8.8.8/list.m3u")]
    [InlineData("https://user:192.168.1.20@8.8.8.8/list.m3u?host=127.0.0.1")]
    [InlineData("http://[2606:4700::1111]/list.m3u")]
    [InlineData("http://[::ffff:8.8.8.8]/list.m3u")]
    [InlineData("http://")]
    [InlineData("http://nowhere.invalid/list.m3u")]
    public async Task What_comes_from_the_internet_may_not(string location) =>
        Assert.Equal(OutboundReach.PublicOnly, await SourceReach.DecideAsync(location, CancellationToken.None));
}
