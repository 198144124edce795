using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.MpegTs;

public class TsCheckerTests
{
    [Theory]
    [InlineData(StreamCodec.H264, 25, 0x101)]
    [InlineData(StreamCodec.Hevc, 50, 0x101)]
    [InlineData(StreamCodec.Mpeg2Video, 30, null)]
    [InlineData(null, 25, 0x101)]
    public void Generated_streams_are_faultless(StreamCodec? video, int framesPerSecond, int? audioPid)
    {
        var stream = new TsGenerator(new() { Video = video, FramesPerSecond = framesPerSecond, AudioPid = audioPid, StartCounter = 9 }).Seconds(3);

        Assert.Empty(TsChecker.Check(stream, new TsCheckOptions { MaxTableInterval = TimeSpan.FromMilliseconds(100) }));
    }

    [Fact]
    public void A_stream_over_the_wrap_of_all_clocks_is_faultless()
    {
        var stream = new TsGenerator(new() { StartTimestamp = PesTimestamp.Modulus - 45_000 }).Seconds(2);

        Assert.Empty(TsChecker.Check(stream));
    }

    [Fact]
    public void The_same_options_give_the_same_bytes_in_any_portions()
    {
        var generator = new TsGenerator();
        byte[] portions = [.. generator.Frames(3), .. generator.Frames(9)];

        Assert.Equal(new TsGenerator().Frames(12), portions);
    }

    [Fact]
    public void The_checker_measures_duration_and_units()
    {
        var checker = new TsChecker();
        checker.Feed(new TsGenerator().Frames(51));
        checker.Complete();

        Assert.Equal(TimeSpan.FromSeconds(2), checker.Duration);
        Assert.Equal(51, checker.CountUnits(0x100));
        Assert.Empty(checker.Faults);
    }

    [Fact]
    public void Two_streams_on_end_are_a_jump_of_counter_clock_and_timestamps()
    {
        byte[] stream = [.. new TsGenerator().Seconds(1), .. new TsGenerator(new() { StartCounter = 5, StartTimestamp = 0 }).Seconds(1)];

        var kinds = Kinds(stream);

        Assert.Contains(TsFaultKind.Continuity, kinds);
        Assert.Contains(TsFaultKind.PcrJump, kinds);
        Assert.Contains(TsFaultKind.TimestampBackwards, kinds);
    }

    [Theory]
    [InlineData(TsFaultKind.Sync)]
    [InlineData(TsFaultKind.PartialPacket)]
    [InlineData(TsFaultKind.TransportError)]
    [InlineData(TsFaultKind.Scrambled)]
    [InlineData(TsFaultKind.ReservedControl)]
    [InlineData(TsFaultKind.Continuity)]
    [InlineData(TsFaultKind.UnannouncedPid)]
    [InlineData(TsFaultKind.Start)]
    [InlineData(TsFaultKind.PcrInterval)]
    [InlineData(TsFaultKind.PcrJump)]
    [InlineData(TsFaultKind.TableInterval)]
    [InlineData(TsFaultKind.TimestampFarFromClock)]
    [InlineData(TsFaultKind.TimestampBackwards)]
    [InlineData(TsFaultKind.MissingTables)]
    [InlineData(TsFaultKind.MissingPcr)]
    [InlineData(TsFaultKind.MapMoved)]
    public void A_stream_broken_on_purpose_is_reported(TsFaultKind kind)
    {
        Assert.Contains(kind, Kinds(Break(kind)));
    }

    [Theory]
    [InlineData("without tables")]
    [InlineData("in mid-group")]
    [InlineData("null packet first")]
    [InlineData("null packet before the map")]
    [InlineData("sound before the picture")]
    [InlineData("in mid-unit")]
    [InlineData("nothing after the tables")]
    public void A_wrong_start_is_reported(string how)
    {
        var good = new TsGenerator().Frames(30).Chunk(188).ToList();
        var nothing = new byte[188];
        TsPacketEdit.WriteNull(nothing);
        var sound = good.First(packet => new TsPacket(packet).Pid == 0x101);
        IEnumerable<byte[]> packets = how switch
        {
            "without tables" => good.Skip(2),
            "in mid-group" => new TsGenerator(new() { StartFrame = 3 }).Frames(30).Chunk(188),
            "null packet first" => good.Prepend(nothing),
            "null packet before the map" => [good[0], nothing, .. good.Skip(1)],
            "sound before the picture" => [good[0], good[1], sound, .. good.Skip(2)],
            "in mid-unit" => [good[0], good[1], .. good.Skip(3)],
            _ => good.Take(2),
        };

        Assert.Contains(TsFaultKind.Start, Kinds([.. packets.SelectMany(packet => packet)]));
    }

    [Fact]
    public void A_marked_jump_is_no_fault_unless_asked()
    {
        var first = new TsGenerator().Seconds(1);
        var second = new TsGenerator(new() { StartTimestamp = 0 }).Seconds(1);
        var marks = new List<byte>();
        foreach (var pid in new[] { 0, 0x1000, 0x100, 0x101 })
        {
            var mark = new byte[188];
            TsPacketEdit.WriteDiscontinuity(mark, pid, 15);
            marks.AddRange(mark);
        }

        byte[] stream = [.. first, .. marks, .. second];

        Assert.Empty(TsChecker.Check(stream));
        Assert.NotEmpty(TsChecker.Check(stream, new TsCheckOptions { AllowsDiscontinuity = false }));
    }

    private static HashSet<TsFaultKind> Kinds(byte[] stream) => [.. TsChecker.Check(stream).Select(fault => fault.Kind)];

    private static byte[] Break(TsFaultKind kind)
    {
        var stream = new TsGenerator().Seconds(2);
        var packets = stream.Chunk(188).ToList();
        var middle = packets.FindIndex(packets.Count / 2, packet => new TsPacket(packet).HasPcr);
        switch (kind)
        {
            case TsFaultKind.Sync:
                packets[middle][0] = 0x48;
                break;
            case TsFaultKind.PartialPacket:
                return stream[..^1];
            case TsFaultKind.TransportError:
                packets[middle][1] |= 0x80;
                break;
            case TsFaultKind.Scrambled:
                packets[middle][3] |= 0xC0;
                break;
            case TsFaultKind.ReservedControl:
                packets[middle][3] &= 0xCF;
                break;
            case TsFaultKind.Continuity:
                packets.RemoveAt(middle);
                break;
            case TsFaultKind.UnannouncedPid:
                TsPacketEdit.SetPid(packets[middle], 0x777);
                break;
            case TsFaultKind.Start:
                packets.RemoveAt(0);
                break;
            case TsFaultKind.PcrInterval:
                packets.RemoveRange(middle, packets.FindIndex(middle + 200, packet => new TsPacket(packet).HasPcr) - middle);
                break;
            case TsFaultKind.PcrJump:
                TsPacketEdit.TryWritePcr(packets[middle], 0);
                break;
            case TsFaultKind.TableInterval:
                packets = [.. packets.Take(10), .. packets.Skip(10).Where(packet => new TsPacket(packet).Pid is 0x100 or 0x101)];
                break;
            case TsFaultKind.TimestampFarFromClock:
                PesHeader.TryShift(packets[middle].AsSpan(new TsPacket(packets[middle]).PayloadOffset), 900_000);
                break;
            case TsFaultKind.TimestampBackwards:
                PesHeader.TryShift(packets[middle].AsSpan(new TsPacket(packets[middle]).PayloadOffset), -7_200);
                break;
            case TsFaultKind.MissingTables:
                packets.RemoveAll(packet => new TsPacket(packet).Pid == 0x1000);
                break;
            case TsFaultKind.MissingPcr:
                foreach (var packet in packets.Where(packet => new TsPacket(packet).HasPcr))
                    packet[5] &= 0xEF;
                break;
            case TsFaultKind.MapMoved:
                return [.. stream, .. new TsGenerator(new() { VideoPid = 0x200 }).Seconds(1)];
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }

        return [.. packets.SelectMany(packet => packet)];
    }
}
