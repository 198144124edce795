using PlexBridge.Formats.Rtp;

namespace PlexBridge.Formats.Tests.Rtp;

public sealed class RtpPacketTests
{
    [Fact]
    public void Head_and_payload_are_read()
    {
        byte[] datagram = [0x80, 0xA1, 0x12, 0x34, 0, 1, 0x5F, 0x90, 0xCA, 0xFE, 0xBA, 0xBE, 0x47, 1, 2];

        Assert.True(RtpPacket.TryRead(datagram, out var packet));

        Assert.Equal(new RtpPacket(33, 0x1234, 90_000, 0xCAFEBABE, 12, 3), packet);
    }

    [Fact]
    public void Contributors_extension_and_padding_are_left_out()
    {
        byte[] datagram =
        [
            0xB2, 33, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7,
            1, 1, 1, 1, 2, 2, 2, 2,
            0xBE, 0xDE, 0, 1, 9, 9, 9, 9,
            0x47, 5,
            0, 0, 3,
        ];

        Assert.True(RtpPacket.TryRead(datagram, out var packet));

        Assert.Equal((28, 2), (packet.PayloadStart, packet.PayloadLength));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80210001000000000000")]
    [InlineData("4021000100000000000000 0747")]
    [InlineData("8F21000100000000000000 07 01010101")]
    [InlineData("9021000100000000000000 07 BEDE0002 01010101")]
    [InlineData("A021000100000000000000 07 4700")]
    [InlineData("A021000100000000000000 07 4709")]
    public void Anything_else_is_none(string hex) =>
        Assert.False(RtpPacket.TryRead(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out _));

    [Fact]
    public void A_datagram_is_what_its_bytes_say()
    {
        var plain = new byte[7 * 188];
        plain[0] = 0x47;
        byte[] head = [0x80, 33, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7];
        byte[] dynamic = [0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7];
        byte[] control = [0x80, 200, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7];

        Assert.Equal(DatagramKind.Plain, Datagram.Classify(plain, out _));
        Assert.Equal(DatagramKind.Rtp, Datagram.Classify([.. head, .. plain], out var packet));
        Assert.Equal(7 * 188, packet.PayloadLength);
        Assert.Equal(DatagramKind.Rtp, Datagram.Classify([.. dynamic, .. plain], out _));
        Assert.Equal(DatagramKind.Other, Datagram.Classify([.. control, .. plain], out _));
        Assert.Equal(DatagramKind.Other, Datagram.Classify([.. dynamic, 1, 2, 3], out _));
        Assert.Equal(DatagramKind.Other, Datagram.Classify(head, out _));
        Assert.Equal(DatagramKind.Other, Datagram.Classify(plain.AsSpan(0, 187), out _));
        Assert.Equal(DatagramKind.Other, Datagram.Classify([], out _));
    }
}
