using PlexBridge.Formats.HdHomeRun;

namespace PlexBridge.Formats.Tests.HdHomeRun;

public sealed class DeviceIdTests
{
    [Theory]
    [InlineData("10439EFD")]
    [InlineData("1053C0CA")]
    [InlineData("105404BE")]
    [InlineData("124205A5")]
    [InlineData("10958420")]
    [InlineData("1230984C")]
    [InlineData("10397A70", false)]
    [InlineData("10ACFCDE")]
    [InlineData("141007E7")]
    [InlineData("10401233")]
    [InlineData("12345674")]
    [InlineData("1000000F", false)]
    public void Known_ids_pass_their_checksum(string text, bool isUsable = true)
    {
        Assert.True(DeviceId.HasValidChecksum(Convert.ToUInt32(text, 16)));
        Assert.Equal(isUsable, DeviceId.TryParse(text, out var id));
        Assert.Equal(isUsable ? text : "00000000", id.ToString());
    }

    [Theory]
    [InlineData("12345678")]
    [InlineData("12345670")]
    [InlineData("10000000")]
    public void A_wrong_checksum_is_refused(string text) => Assert.False(DeviceId.TryParse(text, out _));

    [Theory]
    [InlineData("00000000")]
    [InlineData("FFFFFFFF")]
    public void Reserved_ids_are_refused_though_their_checksum_holds(string text)
    {
        Assert.True(DeviceId.HasValidChecksum(Convert.ToUInt32(text, 16)));
        Assert.False(DeviceId.TryParse(text, out _));
        Assert.Throws<ArgumentException>(() => DeviceId.From(Convert.ToUInt32(text, 16)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1053C0C")]
    [InlineData("01053C0CA")]
    [InlineData(" 1053C0C")]
    [InlineData("0x53C0CA")]
    [InlineData("Tunarr00")]
    public void Anything_but_eight_hex_digits_is_refused(string text) => Assert.False(DeviceId.TryParse(text, out _));

    [Theory]
    [InlineData(0x10040000u, false)]
    [InlineData(0x1003FFFFu, true)]
    [InlineData(0x12030000u, false)]
    [InlineData(0x12029999u, true)]
    [InlineData(0x10100000u, true)]
    [InlineData(0x10500000u, false)]
    public void Legacy_ranges_are_known(uint value, bool isLegacy) => Assert.Equal(isLegacy, DeviceId.IsLegacy(value));

    [Fact]
    public void Lower_case_is_read_and_written_in_upper_case()
    {
        Assert.True(DeviceId.TryParse("1053c0ca", out var id));
        Assert.Equal("1053C0CA", id.ToString());
        Assert.Equal(id, DeviceId.From(0x1053C0CA));
    }

    [Fact]
    public void Every_generated_id_is_usable_unique_and_of_the_family()
    {
        var seen = new HashSet<uint>();
        for (var seed = 0; seed <= ushort.MaxValue; seed++)
        {
            var bits = (ushort)seed;
            var id = DeviceId.Generate(() => bits);
            Assert.Equal(0x105u, id.Value >> 20);
            Assert.Equal(id, DeviceId.From(id.Value));
            seen.Add(id.Value);
        }
        Assert.Equal(ushort.MaxValue + 1, seen.Count);
    }
}
