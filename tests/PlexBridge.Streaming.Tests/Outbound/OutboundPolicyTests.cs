using System.Net;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Tests.Outbound;

public sealed class OutboundPolicyTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.1.1")]
    [InlineData("0.1.2.3")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fd12::1")]
    [InlineData("::ffff:192.168.1.1")]
    [InlineData("64:ff9b::c0a8:101")]
    [InlineData("2002:c0a8:101::1")]
    public void Private_addresses_are_only_for_sources_that_may(string address)
    {
        Assert.False(OutboundPolicy.IsAllowed(IPAddress.Parse(address), OutboundReach.PublicOnly));
        Assert.True(OutboundPolicy.IsAllowed(IPAddress.Parse(address), OutboundReach.PrivateToo));
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("100.100.100.200")]
    [InlineData("fd00:ec2::254")]
    [InlineData("255.255.255.255")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void Metadata_services_are_for_nobody(string address)
    {
        Assert.False(OutboundPolicy.IsAllowed(IPAddress.Parse(address), OutboundReach.PrivateToo));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    public void Public_addresses_are_for_all(string address)
    {
        Assert.True(OutboundPolicy.IsAllowed(IPAddress.Parse(address), OutboundReach.PublicOnly));
    }
}
