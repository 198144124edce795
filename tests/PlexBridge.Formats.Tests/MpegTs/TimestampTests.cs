using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Formats.Tests.MpegTs;

public class TimestampTests
{
    private static byte[] Pes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public void Timestamps_of_a_picture_are_read()
    {
        Assert.True(PesHeader.TryRead(Pes("000001E0 0000 84C0 0A 31 00 07 D8 61 11 00 07 BC 41"), out var header));

        Assert.Equal(0xE0, header.StreamId);
        Assert.Equal(0, header.PacketLength);
        Assert.Equal(126_000, header.Pts);
        Assert.Equal(122_400, header.Dts);
        Assert.Equal(19, header.PayloadOffset);
    }

    [Theory]
    [InlineData("000001E0 0000 8480 05 21 00 07 D8 61", 126_000L, null)]
    [InlineData("000001E0 0000 8400 00", null, null)]
    [InlineData("000001E0 0000 8480 00 21 00 07 D8 61", null, null)]
    public void Missing_timestamps_are_null(string hex, long? pts, long? dts)
    {
        Assert.True(PesHeader.TryRead(Pes(hex), out var header));

        Assert.Equal((pts, dts), (header.Pts, header.Dts));
    }

    [Theory]
    [InlineData("")]
    [InlineData("000001")]
    [InlineData("000002E0 0000 8480 05 21 00 07 D8 61")]
    [InlineData("000001E0 0000 0480 05 21 00 07 D8 61")]
    public void What_is_no_pes_packet_is_refused(string hex)
    {
        Assert.False(PesHeader.TryRead(Pes(hex), out _));
    }

    [Fact]
    public void Padding_has_no_timestamps()
    {
        Assert.True(PesHeader.TryRead(Pes("000001BE 0004 FFFFFFFF"), out var header));

        Assert.Equal(6, header.PayloadOffset);
        Assert.Null(header.Pts);
    }

    [Fact]
    public void Shifting_moves_both_timestamps_and_wraps()
    {
        var pes = Pes("000001E0 0000 84C0 0A 31 00 07 D8 61 11 00 07 BC 41");

        Assert.True(PesHeader.TryShift(pes, -130_000));

        Assert.True(PesHeader.TryRead(pes, out var header));
        Assert.Equal(PesTimestamp.Modulus - 4_000, header.Pts);
        Assert.Equal(PesTimestamp.Modulus - 7_600, header.Dts);
        Assert.Equal((0x30, 0x10), (pes[9] & 0xF0, pes[14] & 0xF0));
        Assert.True(PesHeader.TryShift(pes, 130_000));
        Assert.Equal(Pes("000001E0 0000 84C0 0A 31 00 07 D8 61 11 00 07 BC 41"), pes);
    }

    [Theory]
    [InlineData(5, 3, 2)]
    [InlineData(3, 5, -2)]
    [InlineData(1, PesTimestamp.Modulus - 1, 2)]
    [InlineData(PesTimestamp.Modulus - 1, 1, -2)]
    public void Differences_take_the_short_way_round(long later, long earlier, long difference)
    {
        Assert.Equal(difference, PesTimestamp.Difference(later, earlier));
        Assert.Equal(later, PesTimestamp.Add(earlier, difference));
        Assert.Equal(difference * 300, TsClock.Difference(later * 300, earlier * 300));
        Assert.Equal(later * 300, TsClock.Add(earlier * 300, difference * 300));
    }
}
