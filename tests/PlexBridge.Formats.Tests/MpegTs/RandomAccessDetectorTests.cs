using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.MpegTs;

public class RandomAccessDetectorTests
{
    private const string Sps = "00000001 6742C00D";
    private const string Pps = "00000001 68CB83";
    private const string Idr = "00000001 6588848080";
    private const string RecoverySei = "000001 06 0604 C0000003 80";
    private const string BufferingThenRecoverySei = "000001 06 0002 0102 0105 0102030405 0601 84 80";
    private const string ISlice = "000001 41 B0 80808080808080";
    private const string AllISlice = "000001 41 88 80808080808080";
    private const string PSlice = "000001 41 9A 80808080808080";

    [Theory]
    [InlineData(StreamCodec.H264)]
    [InlineData(StreamCodec.Hevc)]
    [InlineData(StreamCodec.Mpeg2Video)]
    public void Generated_key_pictures_are_found_in_their_first_packet(StreamCodec codec)
    {
        var generator = new TsGenerator(new() { Video = codec, FramesPerGroup = 5, MarksRandomAccess = false });
        var detector = new RandomAccessDetector(codec);
        var verdicts = new List<AccessUnitVerdict>();

        foreach (var packet in generator.Frames(11).Chunk(188))
            if (new TsPacket(packet).Pid == 0x100)
            {
                var verdict = detector.Feed(packet);
                if (new TsPacket(packet).StartsUnit)
                    verdicts.Add(verdict);
            }

        Assert.Equal(11, verdicts.Count);
        Assert.All(verdicts.Select((verdict, frame) => (verdict, frame)),
            item => Assert.Equal(item.frame % 5 == 0 ? AccessUnitVerdict.RandomAccess : AccessUnitVerdict.Ordinary, item.verdict));
    }

    [Theory]
    [InlineData(Sps + Pps + Idr, AccessUnitVerdict.RandomAccess)]
    [InlineData(Idr, AccessUnitVerdict.Ordinary)]
    [InlineData(Sps + Pps + RecoverySei + ISlice, AccessUnitVerdict.RandomAccess)]
    [InlineData(Sps + Pps + BufferingThenRecoverySei + ISlice, AccessUnitVerdict.RandomAccess)]
    [InlineData(Sps + Pps + AllISlice, AccessUnitVerdict.RandomAccess)]
    [InlineData(Sps + Pps + ISlice, AccessUnitVerdict.Ordinary)]
    [InlineData(RecoverySei + ISlice, AccessUnitVerdict.Ordinary)]
    [InlineData(Sps + Pps + RecoverySei + PSlice, AccessUnitVerdict.Ordinary)]
    [InlineData(PSlice, AccessUnitVerdict.Ordinary)]
    [InlineData("00000001 0910", AccessUnitVerdict.Undecided)]
    [InlineData("", AccessUnitVerdict.Undecided)]
    public void H264_is_judged_by_its_units_at_any_packet_border(string units, AccessUnitVerdict expected)
    {
        var pes = TsPesWriter.Make(0xE0, Hex(units), 126_000, 122_400);

        for (var size = 1; size <= 184; size++)
            Assert.Equal(expected, JudgeInPieces(StreamCodec.H264, pes, size));
    }

    [Theory]
    [InlineData("000001 2601AF", AccessUnitVerdict.Ordinary)]
    [InlineData("000001 420101 000001 4401C1 000001 2601AF", AccessUnitVerdict.RandomAccess)]
    [InlineData("000001 420101 000001 4401C1 000001 2A01AF", AccessUnitVerdict.RandomAccess)]
    [InlineData("000001 420101 000001 4401C1 000001 2C01AF", AccessUnitVerdict.Ordinary)]
    [InlineData("000001 420101 000001 4401C1 000001 0201D0", AccessUnitVerdict.Ordinary)]
    public void Hevc_is_judged_by_intra_random_access_pictures(string units, AccessUnitVerdict expected)
    {
        var pes = TsPesWriter.Make(0xE0, Hex(units), 126_000, null);

        for (var size = 1; size <= 184; size++)
            Assert.Equal(expected, JudgeInPieces(StreamCodec.Hevc, pes, size));
    }

    [Theory]
    [InlineData("000001B3 1400F013 000001B8 00080040 00000100 000FFFF8", AccessUnitVerdict.RandomAccess)]
    [InlineData("000001B3 1400F013 00000100 0057FFFB", AccessUnitVerdict.Ordinary)]
    [InlineData("000001B8 00080040 00000100 000FFFF8", AccessUnitVerdict.Ordinary)]
    public void Mpeg2_needs_a_sequence_header_before_an_intra_picture(string units, AccessUnitVerdict expected)
    {
        var pes = TsPesWriter.Make(0xE0, Hex(units), 126_000, null);

        for (var size = 1; size <= 184; size++)
            Assert.Equal(expected, JudgeInPieces(StreamCodec.Mpeg2Video, pes, size));
    }

    [Fact]
    public void The_indicator_makes_an_intra_picture_an_entry_only_with_parameter_sets()
    {
        Assert.Equal(AccessUnitVerdict.RandomAccess, JudgeInPieces(StreamCodec.H264, TsPesWriter.Make(0xE0, Hex(Sps + Pps + ISlice), 1, null), 170, true));
        Assert.Equal(AccessUnitVerdict.Ordinary, JudgeInPieces(StreamCodec.H264, TsPesWriter.Make(0xE0, Hex(PSlice), 1, null), 170, true));
        Assert.Equal(AccessUnitVerdict.RandomAccess, JudgeInPieces(StreamCodec.OtherVideo, TsPesWriter.Make(0xE0, Hex("0000010E"), 1, null), 170, true));
        Assert.Equal(AccessUnitVerdict.Ordinary, JudgeInPieces(StreamCodec.OtherVideo, TsPesWriter.Make(0xE0, Hex("0000010E"), 1, null), 170));
    }

    [Fact]
    public void A_unit_without_pictures_is_not_held_back_for_ever()
    {
        var pes = TsPesWriter.Make(0xE0, Enumerable.Repeat((byte)0xAA, 100_000).ToArray(), 1, null);

        Assert.Equal(AccessUnitVerdict.Ordinary, JudgeInPieces(StreamCodec.H264, pes, 170));
    }

    [Fact]
    public void Scrambled_or_broken_payloads_are_ordinary()
    {
        var packet = new TsGenerator().Frames(1).Chunk(188).First(bytes => new TsPacket(bytes).Pid == 0x100);
        packet[3] |= 0x80;
        Assert.Equal(AccessUnitVerdict.Ordinary, new RandomAccessDetector(StreamCodec.H264).Feed(packet));
        Assert.Equal(AccessUnitVerdict.Ordinary, JudgeInPieces(StreamCodec.H264, Hex("FFFFFFFF FFFFFFFF FFFF" + Sps + Pps + Idr), 170));
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static AccessUnitVerdict JudgeInPieces(StreamCodec codec, byte[] pes, int size, bool isMarked = false)
    {
        var detector = new RandomAccessDetector(codec);
        var packet = new byte[TsConstants.PacketSize];
        var counter = 0;
        for (var at = 0; at < pes.Length; at += size)
        {
            var piece = pes.AsSpan(at, Math.Min(size, pes.Length - at));
            var taken = TsPesWriter.WritePacket(packet, 0x100, counter++, at == 0, piece, null, isMarked && at == 0);
            Assert.Equal(piece.Length, taken);
            detector.Feed(packet);
        }

        return detector.Verdict;
    }
}
