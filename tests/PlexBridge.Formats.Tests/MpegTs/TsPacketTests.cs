using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Formats.Tests.MpegTs;

public class TsPacketTests
{
    private static byte[] Packet(string head)
    {
        var packet = new byte[TsConstants.PacketSize];
        Array.Fill(packet, (byte)0xFF);
        Convert.FromHexString(head.Replace(" ", "", StringComparison.Ordinal)).CopyTo(packet, 0);
        return packet;
    }

    [Fact]
    public void Head_of_a_picture_packet_is_read()
    {
        var packet = new TsPacket(Packet("47 41 00 37 07 50 00 00 7B 0C FE 64"));

        Assert.True(packet.HasSync);
        Assert.True(packet.StartsUnit);
        Assert.False(packet.HasError);
        Assert.Equal(0x100, packet.Pid);
        Assert.Equal(7, packet.ContinuityCounter);
        Assert.Equal(0, packet.Scrambling);
        Assert.True(packet.IsRandomAccess);
        Assert.False(packet.IsDiscontinuity);
        Assert.Equal(12, packet.PayloadOffset);
        Assert.Equal(176, packet.Payload.Length);
        Assert.True(packet.TryReadPcr(out var pcr));
        Assert.Equal((63001L * 300) + 100, pcr);
    }

    [Theory]
    [InlineData("47 01 00 10", 4)]
    [InlineData("47 01 00 20 B7 00", 188)]
    [InlineData("47 01 00 30 00", 5)]
    [InlineData("47 01 00 30 B6 00", 187)]
    [InlineData("47 01 00 30 FF 00", 188)]
    [InlineData("47 01 00 00", 188)]
    public void Payload_starts_where_the_control_bits_say(string head, int offset)
    {
        Assert.Equal(offset, new TsPacket(Packet(head)).PayloadOffset);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(299)]
    [InlineData(300)]
    [InlineData(TsClock.Modulus - 1)]
    [InlineData(1_234_567_890_123)]
    public void Clock_written_is_the_clock_read(long ticks)
    {
        var packet = Packet("47 01 00 30 07 10");

        Assert.True(TsPacketEdit.TryWritePcr(packet, ticks));

        Assert.True(new TsPacket(packet).TryReadPcr(out var read));
        Assert.Equal(ticks, read);
        Assert.Equal(0x7E, packet[10] & 0x7E);
    }

    [Fact]
    public void Edits_leave_the_other_bits_alone()
    {
        var packet = Packet("47 FF FF FF 07 FF");

        TsPacketEdit.SetPid(packet, 0x0100);
        TsPacketEdit.SetContinuityCounter(packet, 0x12);
        Assert.True(TsPacketEdit.TrySetDiscontinuity(packet, false));

        Assert.Equal([0x47, 0xE1, 0x00, 0xF2, 0x07, 0x7F], packet[..6]);
    }

    [Theory]
    [InlineData("47 01 00 10")]
    [InlineData("47 01 00 30 00")]
    public void A_packet_without_flags_takes_no_discontinuity(string head)
    {
        var packet = Packet(head);

        Assert.False(TsPacketEdit.TrySetDiscontinuity(packet, true));
        Assert.False(TsPacketEdit.TryWritePcr(packet, 1));
        Assert.Equal(Packet(head), packet);
    }

    [Fact]
    public void Null_and_discontinuity_packets_are_well_formed()
    {
        var packet = new byte[TsConstants.PacketSize];

        TsPacketEdit.WriteNull(packet);
        Assert.Equal([0x47, 0x1F, 0xFF, 0x10, 0xFF], packet[..5]);
        Assert.True(new TsPacket(packet).IsNull);

        TsPacketEdit.WriteDiscontinuity(packet, 0x100, 5);
        var view = new TsPacket(packet);
        Assert.True(view.IsDiscontinuity);
        Assert.False(view.HasPayload);
        Assert.Equal((0x100, 5), (view.Pid, view.ContinuityCounter));
    }
}
