using PlexBridge.Formats.HdHomeRun;

namespace PlexBridge.Formats.Tests.HdHomeRun;

public sealed class DiscoveryPacketTests
{
    private static readonly DeviceId Device = DeviceId.From(0x10401233);

    [Fact]
    public void The_checksum_is_the_ieee_one() => Assert.Equal(0xCBF43926, Crc32.Compute("123456789"u8));

    [Theory]
    [InlineData("0002000c0104ffffffff0204ffffffff73cc7d8f", true, uint.MaxValue)] // hdhomerun_config 2022 and Jellyfin
    [InlineData("0002000c0104000000010204ffffffff4e507f35", true, uint.MaxValue)] // Home Assistant
    [InlineData("000200060104ffffffff4c20cb4e", true, uint.MaxValue)] // library of 2025
    [InlineData("00020006010400000001393077e7", true, uint.MaxValue)]
    [InlineData("0002000a2d0800000001000000054f63391f", true, uint.MaxValue)]
    public void Golden_requests_are_understood(string hex, bool wantsTuners, uint deviceId)
    {
        Assert.True(DiscoveryRequest.TryParse(Convert.FromHexString(hex), out var request));
        Assert.Equal(new DiscoveryRequest(wantsTuners, deviceId), request);
        Assert.True(request.Matches(Device));
    }

    [Theory]
    [InlineData("0204104012330104ffffffff", true)] // id before type
    [InlineData("0104ffffffff020410401233", true)]
    [InlineData("0104ffffffff02041053c0ca", false)] // another device
    [InlineData("010400000005", false)] // storage only
    [InlineData("2d080000000500000001", true)]
    [InlineData("2d0400000005", false)]
    [InlineData("7f03aabbcc0104000000017700", true)] // unknown tags around it
    public void A_request_is_matched_by_type_and_id(string payload, bool matches)
    {
        Assert.True(DiscoveryRequest.TryParse(Frame(DiscoveryPacket.DiscoverRequest, payload), out var request));
        Assert.Equal(matches, request.Matches(Device));
    }

    [Theory]
    [InlineData("")] // no type at all
    [InlineData("0204ffffffff")]
    [InlineData("0103ffffff")] // a type of three bytes
    [InlineData("2d00")]
    [InlineData("2d050000000100")]
    [InlineData("0104ffffffff02")] // cut before the length
    [InlineData("0104ffffffff0280")] // cut inside the length
    [InlineData("0104ffffffff0204ffff")] // cut inside the value
    public void A_request_without_a_sound_type_is_refused(string payload) =>
        Assert.False(DiscoveryRequest.TryParse(Frame(DiscoveryPacket.DiscoverRequest, payload), out _));

    [Fact]
    public void A_reply_is_no_request() =>
        Assert.False(DiscoveryRequest.TryParse(Frame(DiscoveryPacket.DiscoverReply, "0104ffffffff"), out _));

    [Theory]
    [InlineData("0002000c0104ffffffff0204ffffffff73cc7d8e")] // CRC
    [InlineData("0002000c0104ffffffff0204ffffffff8f7dcc73")] // CRC the wrong way round
    [InlineData("0002000c0104ffffffff0204ffffffff73cc7d8f00")] // trailing byte
    [InlineData("0002000d0104ffffffff0204ffffffff73cc7d8f")] // length
    [InlineData("000200")]
    [InlineData("")]
    public void A_damaged_frame_is_refused(string hex) =>
        Assert.False(DiscoveryPacket.TryRead(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void A_frame_above_the_limit_is_refused()
    {
        var largest = "7f" + "aa0b" + new string('0', 1450 * 2 - 2);
        var payload = "0104ffffffff" + string.Concat(Enumerable.Repeat("7f00", 723)); // 6 + 1446 = 1452
        Assert.True(DiscoveryRequest.TryParse(Frame(2, payload), out _));
        Assert.False(DiscoveryRequest.TryParse(Frame(2, payload + "7f00"), out _));
        Assert.False(DiscoveryRequest.TryParse(Frame(2, payload + largest), out _));
    }

    [Theory]
    [InlineData(127, "7f")]
    [InlineData(128, "8001")]
    [InlineData(300, "ac02")]
    public void Lengths_take_one_byte_or_two(int length, string expected)
    {
        var payload = new byte[400];
        var tags = new TagWriter(payload);
        tags.Write(Tag.BaseUrl, new byte[length]);
        Assert.Equal(expected, Convert.ToHexStringLower(payload.AsSpan(1, expected.Length / 2)));

        var reader = new TagReader(payload.AsSpan(0, tags.Length));
        Assert.True(reader.Read());
        Assert.Equal(length, reader.Value.Length);
        Assert.False(reader.Read());
        Assert.False(reader.IsCut);
    }

    [Fact]
    public void The_golden_reply_is_written_byte_for_byte()
    {
        var expected = "0003005f0104000000010204104012332b18" + string.Concat(Enumerable.Repeat("41", 24))
            + "2a13687474703a2f2f3139322e302e322e323a3830100102271f687474703a2f2f3139322e302e322e323a38302f6c696e6575702e6a736f6e357f9619";
        Assert.Equal(expected, Reply(new DiscoveryReply(Device, new string('A', 24), "http://192.0.2.2:80", 2)));
    }

    [Fact]
    public void A_reply_to_another_filter_lists_its_types_after_the_first_tag()
    {
        var reply = Reply(new DiscoveryReply(Device, new string('A', 24), "http://192.0.2.2:80", 2, MatchesRequest: false));
        Assert.StartsWith("00030065" + "010400000001" + "2d0400000001" + "020410401233", reply, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_datagrams_never_throw_and_never_pass_by_accident()
    {
        byte[][] seeds =
        [
            Convert.FromHexString("0002000c0104ffffffff0204ffffffff73cc7d8f"),
            Convert.FromHexString("0002000a2d0800000001000000054f63391f"),
            Convert.FromHexString("00020006010400000001393077e7"),
        ];
        var random = new Random(20260);
        for (var round = 0; round < 100_000; round++)
        {
            var datagram = Mutate(seeds[random.Next(seeds.Length)], random);
            if (DiscoveryRequest.TryParse(datagram, out _))
                Assert.Contains(seeds, seed => datagram.AsSpan().SequenceEqual(seed));
            if (datagram.Length < 8)
                continue;
            // The same mutation under a sound length and CRC reaches the tags.
            var sealedFrame = Frame(2, Convert.ToHexString(datagram.AsSpan(4, datagram.Length - 8)));
            if (DiscoveryRequest.TryParse(sealedFrame, out var request))
                _ = request.Matches(Device);
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = new List<byte>(seed);
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            switch (random.Next(4))
            {
                case 0 when bytes.Count > 0:
                    bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
                    break;
                case 1 when bytes.Count > 0:
                    bytes.RemoveRange(random.Next(bytes.Count), 1);
                    break;
                case 2:
                    bytes.Insert(random.Next(bytes.Count + 1), (byte)random.Next(256));
                    break;
                default:
                    bytes.AddRange(new byte[random.Next(random.Next(10) == 0 ? 2000 : 8)]);
                    break;
            }
        }
        return [.. bytes];
    }

    private static string Reply(DiscoveryReply reply)
    {
        var frame = new byte[DiscoveryPacket.MaxLength];
        var length = reply.Write(frame);
        Assert.True(DiscoveryPacket.TryRead(frame.AsSpan(0, length), out var type, out _));
        Assert.Equal(DiscoveryPacket.DiscoverReply, type);
        return Convert.ToHexStringLower(frame.AsSpan(0, length));
    }

    /// <summary>A frame put together without the code under test but its checksum, which has a vector of its own.</summary>
    private static byte[] Frame(ushort type, string payloadHex)
    {
        var payload = Convert.FromHexString(payloadHex);
        byte[] covered = [(byte)(type >> 8), (byte)type, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];
        return [.. covered, .. BitConverter.GetBytes(Crc32.Compute(covered))];
    }
}
