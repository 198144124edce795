using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using PlexBridge.Streaming.Children;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Upstream;

/// <summary>Datagrams over real sockets on loopback; multicast goes by the interface of 127.0.0.1.</summary>
public sealed class UdpUpstreamTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ChildLauncher _children = new([]);
    private readonly CancellationTokenSource _limit = new(Patience);
    private readonly ManualTimeProvider _clock = new();
    private readonly int _port = DatagramSender.FreePort();
    private readonly byte[][] _datagrams = [.. new TsGenerator().Seconds(2).Chunk(DatagramSender.PayloadLength).Where(chunk => chunk.Length == DatagramSender.PayloadLength)];

    public void Dispose()
    {
        _children.Dispose();
        _limit.Dispose();
    }

    [Theory]
    [InlineData("udp://@239.255.17.1:{0}", "239.255.17.1")]
    [InlineData("udp://239.255.17.2:{0}?localaddr=127.0.0.1", "239.255.17.2")]
    [InlineData("udp://239.255.17.2:{0}?iface=lo", "239.255.17.2")]
    [InlineData("udp://127.0.0.1@232.1.17.3:{0}", "232.1.17.3")]
    [InlineData("udp://:{0}", "127.0.0.1")]
    [InlineData("udp://0.0.0.0:{0}", "127.0.0.1")]
    [InlineData("udp://127.0.0.1:{0}", "127.0.0.1")]
    public async Task Datagrams_are_read_byte_for_byte_however_small_the_reads(string address, string to)
    {
        using var sender = new DatagramSender(to, _port);
        await using var upstream = await OpenAsync(address, () => sender.Send(_datagrams[0]));

        foreach (var datagram in _datagrams[1..50])
            sender.Send(datagram);

        Assert.Equal("UDP", upstream.Kind);
        Assert.Equal(_datagrams[..50].SelectMany(bytes => bytes), await ReadAsync(upstream, 50 * DatagramSender.PayloadLength));
        Assert.Equal(0, upstream.Lost);
    }

    [Fact]
    public async Task IPv6_groups_are_joined_as_well_where_an_interface_has_them()
    {
        // Loopback alone has no route for them; a container often has nothing else.
        if (NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(card => card.SupportsMulticast
            && card.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.IsIPv6LinkLocal)) is not { } card)
            return;
        var properties = card.GetIPProperties();
        var own = properties.UnicastAddresses.First(unicast => unicast.Address.IsIPv6LinkLocal).Address;
        foreach (var (group, source) in new[] { ("ff15::17", ""), ("ff35::17", $"[{new IPAddress(own.GetAddressBytes())}]") })
        {
            using var sender = new DatagramSender(group, _port, own.ToString(), properties.GetIPv6Properties().Index);
            await using var upstream = await OpenAsync($"udp://{source}@[{group}]:{{0}}?iface={card.Name}", () => sender.Send(_datagrams[0]));

            Assert.Equal(_datagrams[0], await ReadAsync(upstream, DatagramSender.PayloadLength));
        }
    }

    [Fact]
    public async Task One_read_takes_all_that_has_come()
    {
        using var sender = new DatagramSender("127.0.0.1", _port);
        await using var upstream = await OpenAsync("udp://127.0.0.1:{0}", () => sender.Send(_datagrams[0]));
        foreach (var datagram in _datagrams[1..40])
            sender.Send(datagram);

        var read = await upstream.ReadAsync(new byte[256 * 1024], _limit.Token);

        Assert.Equal(40 * DatagramSender.PayloadLength, read);
    }

    [Fact]
    public async Task Groups_on_one_port_do_not_mix()
    {
        using var mine = new DatagramSender("239.255.17.4", _port);
        using var other = new DatagramSender("239.255.17.5", _port);
        await using var upstream = await OpenAsync("udp://@239.255.17.4:{0}", () => mine.Send(_datagrams[0]));
        await using var neighbour = await OpenAsync("udp://@239.255.17.5:{0}", () => other.Send(_datagrams[9]));

        other.Send(_datagrams[8]);
        mine.Send(_datagrams[1]);

        Assert.Equal(_datagrams[..2].SelectMany(bytes => bytes), await ReadAsync(upstream, 2 * DatagramSender.PayloadLength));
        Assert.Equal(_datagrams[9].Concat(_datagrams[8]), await ReadAsync(neighbour, 2 * DatagramSender.PayloadLength));
    }

    [Theory]
    [InlineData("udp://127.0.0.2@127.0.0.1:{0}", "127.0.0.1")]
    [InlineData("udp://127.0.0.2@232.1.17.6:{0}", "232.1.17.6")]
    public async Task Datagrams_of_a_foreign_sender_are_dropped(string address, string to)
    {
        using var foreign = new DatagramSender(to, _port);
        using var sender = new DatagramSender(to, _port, from: "127.0.0.2");
        await using var upstream = await OpenAsync(address, () =>
        {
            foreign.Send(_datagrams[7]);
            sender.Send(_datagrams[0]);
        });

        foreign.Send(_datagrams[7]);
        sender.Send(_datagrams[1]);
        foreign.Send(_datagrams[7]);
        sender.Send(_datagrams[2]);

        Assert.Equal(_datagrams[..3].SelectMany(bytes => bytes), await ReadAsync(upstream, 3 * DatagramSender.PayloadLength));
    }

    [Theory]
    [InlineData("rtp://@239.255.17.7:{0}", 33)]
    [InlineData("udp://@239.255.17.7:{0}", 33)]
    [InlineData("udp://@239.255.17.7:{0}", 96)]
    public async Task Rtp_is_known_by_its_bytes_and_put_in_order(string address, int payloadType)
    {
        using var sender = new DatagramSender("239.255.17.7", _port);
        void Send(int index) => sender.SendRtp(65_530 + index, _datagrams[index], payloadType: payloadType);
        await using var upstream = await OpenAsync(address, () => Send(0));

        foreach (var index in (int[])[2, 1, 3, 3, 5, 6, 4, 7, 9, 8, 0])
            Send(index);

        Assert.Equal("RTP", upstream.Kind);
        Assert.Equal(_datagrams[..10].SelectMany(bytes => bytes), await ReadAsync(upstream, 10 * DatagramSender.PayloadLength));
        Assert.Equal(0, upstream.Lost);
    }

    [Fact]
    public async Task A_lost_rtp_packet_is_waited_for_a_moment_and_counted()
    {
        using var sender = new DatagramSender("127.0.0.1", _port);
        await using var upstream = await OpenAsync("rtp://127.0.0.1:{0}", () => sender.SendRtp(0, _datagrams[0]));
        sender.SendRtp(1, _datagrams[1]);
        sender.SendRtp(3, _datagrams[3]);
        Assert.Equal(_datagrams[..2].SelectMany(bytes => bytes), await ReadAsync(upstream, 2 * DatagramSender.PayloadLength));
        var reading = ReadAsync(upstream, 2 * DatagramSender.PayloadLength);

        _clock.Advance(TimeSpan.FromMilliseconds(60));
        Assert.False(reading.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(60));
        sender.SendRtp(4, _datagrams[4]);

        Assert.Equal(_datagrams[3].Concat(_datagrams[4]), await reading);
        Assert.Equal(1, upstream.Lost);
    }

    [Fact]
    public async Task Control_packets_and_error_correction_beside_rtp_are_left_out()
    {
        using var sender = new DatagramSender("127.0.0.1", _port);
        await using var upstream = await OpenAsync("rtp://127.0.0.1:{0}", () => sender.SendRtp(0, _datagrams[0]));
        sender.SendRtp(9, [1, 2, 3, 4], payloadType: 96);
        sender.Send([0x81, 200, 0, 1, 0, 0, 0, 7]);
        sender.SendRtp(1, _datagrams[1]);

        Assert.Equal(_datagrams[..2].SelectMany(bytes => bytes), await ReadAsync(upstream, 2 * DatagramSender.PayloadLength));
        Assert.Equal(0, upstream.Lost);
    }

    [Fact]
    public async Task Nothing_is_allocated_per_datagram()
    {
        using var sender = new DatagramSender("127.0.0.1", _port);
        await using var upstream = await OpenAsync("rtp://127.0.0.1:{0}", () => sender.SendRtp(0, _datagrams[0]));
        var buffer = new byte[256 * 1024];
        var least = long.MaxValue;
        var sequence = 1;
        for (var pass = 0; pass < 20 && least > 0; pass++)
        {
            for (var count = 0; count < 30; count++)
                sender.SendRtp(sequence++, _datagrams[count]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var reading = upstream.ReadAsync(buffer, _limit.Token);
            least = Math.Min(least, reading.IsCompleted ? GC.GetAllocatedBytesForCurrentThread() - before : long.MaxValue);
            Assert.True(await reading > 0);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData("udp://@239.255.17.8:{0}")]
    [InlineData("udp://127.0.0.1:{0}")]
    [InlineData("rtp://:{0}")]
    public async Task A_public_source_may_not_make_us_listen(string address)
    {
        var fault = await Assert.ThrowsAsync<UpstreamException>(() => OpenAsync(address, () => { }, reach: OutboundReach.PublicOnly));

        Assert.Equal(UpstreamFault.Unreachable, fault.Fault);
        Assert.Contains("plexbridge sources set NAME --private true", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_explained()
    {
        var opening = OpenAsync("udp://@239.255.17.9:{0}", () => { }, TimeSpan.FromSeconds(3));
        await _clock.WaitForTimersAsync(1, _limit.Token);
        _clock.Advance(TimeSpan.FromSeconds(4));

        var fault = await Assert.ThrowsAsync<UpstreamException>(() => opening);

        Assert.Equal(UpstreamFault.Stalled, fault.Fault);
        Assert.Contains("network.multicast", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("udp://203.0.113.7:{0}", "no such address")]
    [InlineData("udp://@239.1.1.1:{0}?iface=nowhere0", "there are lo")]
    [InlineData("udp://@group.example:{0}", "names no IP address")]
    public async Task What_can_not_be_listened_to_is_said_with_a_remedy(string address, string sentence)
    {
        var fault = await Assert.ThrowsAsync<UpstreamException>(() => OpenAsync(address, () => { }));

        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_of_another_program_is_not_taken_from_it()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Any, _port));

        var fault = await Assert.ThrowsAsync<UpstreamException>(() => OpenAsync("udp://:{0}", () => { }));

        Assert.Contains("another program", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Opens it, sending first datagrams until one of them opened it.</summary>
    private async Task<IUpstream> OpenAsync(string address, Action send, TimeSpan? connect = null, OutboundReach reach = OutboundReach.PrivateToo)
    {
        var opening = new UpstreamOpener(_children, _clock) { MulticastInterface = () => "127.0.0.1" }.OpenAsync(
            new StreamAddress
            {
                StreamId = 1,
                SourceId = 1,
                Name = "News",
                Url = new SourceUrl(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, _port)),
                Reach = reach,
            },
            connect ?? Timeout.InfiniteTimeSpan,
            new UpstreamMemory(),
            _limit.Token);
        // The opening listens before it first gives way: what is sent now waits for it in the kernel.
        if (!opening.IsCompleted)
            send();
        return await opening;
    }

    private async Task<byte[]> ReadAsync(IUpstream upstream, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
            at += await upstream.ReadAsync(bytes.AsMemory(at, Math.Min(1009, length - at)), _limit.Token);
        return bytes;
    }
}
