using System.Net;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming.Tests.Upstream;

public sealed class UdpAddressTests
{
    [Theory]
    [InlineData("udp://@239.1.2.3:1234", "239.1.2.3", 1234, null, null, true)]
    [InlineData("udp://239.1.2.3:1234", "239.1.2.3", 1234, null, null, true)]
    [InlineData("UDP://@239.1.2.3", "239.1.2.3", 1234, null, null, true)]
    [InlineData("rtp://@239.1.2.3/", "239.1.2.3", 5004, null, null, true)]
    [InlineData("rtp://10.0.0.1@232.1.2.3:5000", "232.1.2.3", 5000, "10.0.0.1", null, true)]
    [InlineData("udp://232.1.2.3:5000?sources=10.0.0.1,10.0.0.2&pkt_size=1316", "232.1.2.3", 5000, "10.0.0.1", null, true)]
    [InlineData("udp://@239.1.2.3:1234?localaddr=192.168.1.2", "239.1.2.3", 1234, null, "192.168.1.2", true)]
    [InlineData("udp://@239.1.2.3:1234/?iface=eth1.20#x", "239.1.2.3", 1234, null, "eth1.20", true)]
    [InlineData("udp://@[ff15::1]:1234", "ff15::1", 1234, null, null, true)]
    [InlineData("udp://[2001:db8::1]@[ff35::1]:1234", "ff35::1", 1234, "2001:db8::1", null, true)]
    [InlineData("udp://@[ff15::1]", "ff15::1", 1234, null, null, true)]
    [InlineData("udp://:1234", "0.0.0.0", 1234, null, null, false)]
    [InlineData("udp://@:1234", "0.0.0.0", 1234, null, null, false)]
    [InlineData("udp://0.0.0.0:1234", "0.0.0.0", 1234, null, null, false)]
    [InlineData("udp://[::]:1234", "::", 1234, null, null, false)]
    [InlineData("udp://10.0.0.1@127.0.0.1:1234", "127.0.0.1", 1234, "10.0.0.1", null, false)]
    public void An_address_says_where_to_listen(string text, string host, int port, string? source, string? card, bool isMulticast)
    {
        Assert.True(UdpAddress.TryParse(text, out var address, out var fault), fault);

        Assert.Equal(new UdpAddress(IPAddress.Parse(host), port, source is null ? null : IPAddress.Parse(source), card), address);
        Assert.Equal(isMulticast, address.IsMulticast);
    }

    [Theory]
    [InlineData("udp:", "udp://@GROUP:PORT")]
    [InlineData("udp://@239.1.2.3:0", "port")]
    [InlineData("udp://@239.1.2.3:65536", "port")]
    [InlineData("udp://@239.1.2.3:-1", "port")]
    [InlineData("udp://group.example:1234", "no IP address")]
    [InlineData("udp://7:1234", "no IP address")]
    [InlineData("udp://alice@239.1.2.3:1234", "sender")]
    [InlineData("udp://239.9.9.9@239.1.2.3:1234", "sender")]
    [InlineData("udp://[2001:db8::1]@239.1.2.3:1234", "sender")]
    public void Anything_else_is_refused_with_a_reason(string text, string reason)
    {
        Assert.False(UdpAddress.TryParse(text, out _, out var fault));

        Assert.Contains(reason, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Noise_never_throws(int seed)
    {
        var random = new Random(seed);
        const string Letters = "udprt:/@[]?&=#.%0129fsourceliface ,";
        for (var round = 0; round < 50_000; round++)
        {
            var text = "udp://" + string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Letters[random.Next(Letters.Length)]));
            if (UdpAddress.TryParse(text, out var address, out var fault))
                Assert.InRange(address.Port, 1, 65_535);
            else
                Assert.NotEmpty(fault);
        }
    }
}
