using System.Text;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Formats.Tests.MpegTs;

public class PsiTests
{
    private const string Association = "00b00d0001c100000001f0002ab104b2";
    private const string Map = "02b0170001c10000e100f0001be100f0000fe101f0002f44b99b";

    [Fact]
    public void Checksum_has_its_published_check_value()
    {
        Assert.Equal(0x0376E6E7u, Crc32Mpeg.Compute("123456789"u8));
        Assert.Equal(0u, Crc32Mpeg.Compute(Convert.FromHexString(Map)));
    }

    [Fact]
    public void Golden_association_is_read_and_written()
    {
        var section = Convert.FromHexString(Association);

        var table = ProgramAssociation.Parse(section);

        Assert.NotNull(table);
        Assert.Equal((1, 0), (table.TransportStreamId, table.Version));
        Assert.Equal(new ProgramEntry(1, 0x1000), Assert.Single(table.Programs));
        var written = new byte[PsiWriter.LongestSection];
        Assert.Equal(section, written[..PsiWriter.WriteAssociation(written, table)]);
    }

    [Fact]
    public void Golden_map_is_read_and_written()
    {
        var section = Convert.FromHexString(Map);

        var table = ProgramMap.Parse(section);

        Assert.NotNull(table);
        Assert.Equal((1, 0x100), (table.ProgramNumber, table.PcrPid));
        Assert.Equal([(0x100, StreamCodec.H264), (0x101, StreamCodec.Aac)], table.Streams.Select(stream => (stream.Pid, stream.Codec)));
        Assert.Equal((0x100, 0x101), (table.Video?.Pid, table.Audio?.Pid));
        var written = new byte[PsiWriter.LongestSection];
        Assert.Equal(section, written[..PsiWriter.WriteMap(written, table)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(25)]
    public void One_wrong_bit_refuses_the_section(int at)
    {
        var section = Convert.FromHexString(Map);
        section[at] ^= 0x04;

        Assert.Null(ProgramMap.Parse(section));
    }

    [Theory]
    [InlineData(0x02, "", StreamCodec.Mpeg2Video)]
    [InlineData(0x24, "", StreamCodec.Hevc)]
    [InlineData(0x03, "", StreamCodec.MpegAudio)]
    [InlineData(0x11, "", StreamCodec.AacLatm)]
    [InlineData(0x81, "", StreamCodec.Ac3)]
    [InlineData(0x87, "", StreamCodec.Eac3)]
    [InlineData(0x86, "", StreamCodec.Scte35)]
    [InlineData(0x15, "", StreamCodec.Id3)]
    [InlineData(0x06, "6a0100", StreamCodec.Ac3)]
    [InlineData(0x06, "0a04656e6700 7a0100", StreamCodec.Eac3)]
    [InlineData(0x06, "7b00", StreamCodec.Dts)]
    [InlineData(0x06, "5605 64657509 00", StreamCodec.Teletext)]
    [InlineData(0x06, "5908 656e67 10 00010001", StreamCodec.DvbSubtitles)]
    [InlineData(0x06, "0504 41432d33", StreamCodec.Ac3)]
    [InlineData(0x06, "0504 45414333", StreamCodec.Eac3)]
    [InlineData(0x06, "0504 4f707573", StreamCodec.Opus)]
    [InlineData(0x06, "", StreamCodec.Private)]
    [InlineData(0x06, "59ff00", StreamCodec.Private)]
    public void Codec_is_named_from_type_and_descriptors(byte streamType, string descriptors, StreamCodec codec)
    {
        var table = new ProgramMap(1, 3, 0x100, ReadOnlyMemory<byte>.Empty,
            [new ElementaryStream(streamType, 0x200, StreamCodec.Unknown, null, Convert.FromHexString(descriptors.Replace(" ", "", StringComparison.Ordinal)))]);
        var section = new byte[PsiWriter.LongestSection];

        var read = ProgramMap.Parse(section.AsSpan(0, PsiWriter.WriteMap(section, table)));

        Assert.Equal(codec, Assert.Single(read!.Streams).Codec);
        Assert.Equal(3, read.Version);
    }

    [Fact]
    public void Language_comes_from_the_descriptors()
    {
        var table = new ProgramMap(1, 0, 0x100, ReadOnlyMemory<byte>.Empty,
            [new ElementaryStream(0x0F, 0x101, StreamCodec.Aac, null, (byte[])[0x52, 1, 9, 0x0A, 4, .. "DEU"u8, 0])]);
        var section = new byte[PsiWriter.LongestSection];

        Assert.Equal("deu", ProgramMap.Parse(section.AsSpan(0, PsiWriter.WriteMap(section, table)))!.Streams[0].Language);
    }

    [Fact]
    public void A_section_longer_than_a_packet_is_put_together_again()
    {
        var section = LongMap(40);
        var packets = new byte[PsiWriter.CountPackets(section.Length) * TsConstants.PacketSize];
        var counter = 14;
        Assert.Equal(packets.Length, PsiWriter.WritePackets(section, 0x1000, ref counter, packets));
        Assert.Equal((14 + (packets.Length / TsConstants.PacketSize)) & 0x0F, counter);

        var sections = Assemble(packets);

        Assert.Equal(section, Assert.Single(sections));
    }

    [Fact]
    public void Several_sections_in_one_payload_come_out_in_order_and_a_pointer_ends_the_last()
    {
        byte[] first = Convert.FromHexString(Association), second = Convert.FromHexString(Map), long1 = LongMap(40);
        byte[] stream = [.. first, .. second, .. long1];
        var packetA = Payload(0x1000, 0, true, [0, .. stream[..183]]);
        var packetB = Payload(0x1000, 1, false, stream[183..367]);
        byte[] tail = [.. stream[367..], .. first];
        var packetC = Payload(0x1000, 2, true, [(byte)(stream.Length - 367), .. tail, .. Enumerable.Repeat((byte)0xFF, 183 - tail.Length)]);

        var sections = Assemble([.. packetA, .. packetB, .. packetC]);

        Assert.Equal([first, second, long1, first], sections);
    }

    [Fact]
    public void A_lost_packet_loses_its_section_only()
    {
        var section = LongMap(60);
        var packets = new byte[PsiWriter.CountPackets(section.Length) * TsConstants.PacketSize];
        var counter = 0;
        PsiWriter.WritePackets(section, 0x1000, ref counter, packets);
        var again = new byte[packets.Length];
        PsiWriter.WritePackets(section, 0x1000, ref counter, again);

        var sections = Assemble([.. packets[..188], .. packets[376..], .. again]);

        Assert.Equal(section, Assert.Single(sections));
    }

    [Fact]
    public void A_repeated_packet_changes_nothing()
    {
        var section = LongMap(40);
        var packets = new byte[PsiWriter.CountPackets(section.Length) * TsConstants.PacketSize];
        var counter = 0;
        PsiWriter.WritePackets(section, 0x1000, ref counter, packets);

        Assert.Equal(section, Assert.Single(Assemble([.. packets[..188], .. packets[..188], .. packets[188..]])));
    }

    [Fact]
    public void Tracker_follows_the_wanted_programme_and_says_what_changed()
    {
        var stream = new PlexBridge.Testing.TsGenerator(new() { ProgramNumber = 7, MapPid = 0x30 }).Frames(10);
        var tracker = new ProgramTracker();
        var changes = new List<string>();

        for (var at = 0; at < stream.Length; at += TsConstants.PacketSize)
            if (tracker.Feed(stream.AsSpan(at, TsConstants.PacketSize)))
                changes.Add($"{tracker.Followed?.Number}:{tracker.Map?.Streams.Length}");

        Assert.Equal(["7:", "7:2"], changes);
    }

    private static byte[] LongMap(int streams)
    {
        var table = new ProgramMap(1, 0, 0x100, Encoding.ASCII.GetBytes("\u0005\u0004HDMV"),
            [.. Enumerable.Range(0, streams).Select(index => new ElementaryStream(0x0F, 0x200 + index, StreamCodec.Aac, null, (byte[])[0x0A, 4, .. "eng"u8, 0]))]);
        var section = new byte[PsiWriter.LongestSection];
        return section[..PsiWriter.WriteMap(section, table)];
    }

    private static byte[] Payload(int pid, int counter, bool starts, byte[] payload)
    {
        Assert.Equal(184, payload.Length);
        return [0x47, (byte)((starts ? 0x40 : 0) | (pid >> 8)), (byte)pid, (byte)(0x10 | counter), .. payload];
    }

    private static List<byte[]> Assemble(byte[] packets)
    {
        var assembler = new SectionAssembler();
        var sections = new List<byte[]>();
        for (var at = 0; at < packets.Length; at += TsConstants.PacketSize)
        {
            assembler.Feed(packets.AsSpan(at, TsConstants.PacketSize));
            while (assembler.TryTake(out var section))
                sections.Add(section.ToArray());
        }

        return sections;
    }
}
