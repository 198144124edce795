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

    public static TheoryData<string, TsGeneratorOptions> Variations => new()
    {
        { "other PIDs", new() { VideoPid = 0x1FFE, AudioPid = 0x20, MapPid = 0x1F0 } },
        { "60 pictures a second", new() { FramesPerSecond = 60, FramesPerGroup = 120 } },
        { "reordered pictures", new() { ReorderedFrames = 3, FramesPerGroup = 27 } },
        { "open groups", new() { ReorderedFrames = 2, FramesPerGroup = 24, HasOpenGroups = true } },
        { "lengths", new() { HasPictureLengths = true } },
        { "sound of 44.1 kHz, one frame each", new() { AudioRate = 44_100, AudioFramesPerPes = 1 } },
        { "long sound packets", new() { AudioFramesPerPes = 12 } },
        { "two sounds and teletext", new() { SecondAudioPid = 0x102, TeletextPid = 0x103 } },
        { "MPEG sound", new() { Audio = StreamCodec.MpegAudio } },
        { "AC-3 sound", new() { Audio = StreamCodec.Ac3, AudioRate = 44_100 } },
        { "a clock PID", new() { ClockPid = 0x1FF } },
        { "the clock in the sound", new() { ClockPid = 0x101, AudioFramesPerPes = 9 } },
        { "late sound", new() { ClockLead = 63_000, SoundLag = 60_000 } },
    };

    [Theory]
    [MemberData(nameof(Variations))]
    public void Variations_of_generated_streams_are_faultless(string what, TsGeneratorOptions options)
    {
        var checker = new TsChecker(TsCheckOptions.Relay);
        checker.Feed(new TsGenerator(options).Seconds(4));
        checker.Complete();

        Assert.True(checker.Faults.Count == 0, $"{what}: {string.Join('\n', checker.Faults)}");
        Assert.Empty(checker.Gaps);
        Assert.Equal(options.HasOpenGroups || options.ReorderedFrames > 0, HasReorderedPictures(new TsGenerator(options).Seconds(1), options.VideoPid));
    }

    [Fact]
    public void An_open_group_is_entered_at_its_recovery_point()
    {
        var detector = new RandomAccessDetector(StreamCodec.H264);
        var generator = new TsGenerator(new() { FramesPerGroup = 6, ReorderedFrames = 2, HasOpenGroups = true, MarksRandomAccess = false, AudioPid = null });

        var entries = generator.Frames(12).Chunk(188).Where(packet => new TsPacket(packet).Pid == 0x100)
            .Where(packet => detector.Feed(packet) == AccessUnitVerdict.RandomAccess && new TsPacket(packet).StartsUnit);

        Assert.Equal(2, entries.Count());
    }

    [Fact]
    public void Units_end_with_whose_they_are()
    {
        var units = TsStampReader.Read(new TsGenerator(new() { Tag = 300, StartTimestamp = PesTimestamp.Modulus - 3_600 }).Frames(3));

        Assert.Equal([PesTimestamp.Modulus - 3_600, 0, 3_600], units.Where(unit => unit.Pid == 0x100).Select(unit => unit.Stamp!.Value.Time));
        Assert.Equal([true, false, false], units.Where(unit => unit.Pid == 0x100).Select(unit => unit.Stamp!.Value.IsKey));
        Assert.All(units, unit => Assert.Equal((300, unit.Time), (unit.Stamp!.Value.Tag, unit.Stamp.Value.Time)));
    }

    [Fact]
    public void A_gap_is_measured_by_stream_bytes_and_arrival()
    {
        var generator = new TsGenerator(new() { AudioFramesPerPes = 1, HasPictureLengths = true });
        var checker = new TsChecker();
        checker.Feed(generator.Seconds(1));
        generator.Frames(5);
        var after = generator.Seconds(1);
        checker.Arrival = TimeSpan.FromSeconds(3);
        checker.Feed(after);

        var picture = Assert.Single(checker.Gaps, gap => gap.Pid == 0x100);
        var sound = Assert.Single(checker.Gaps, gap => gap.Pid == 0x101);
        Assert.Equal(TimeSpan.FromMilliseconds(200), picture.Stream);
        Assert.InRange(sound.Stream.TotalMilliseconds, 180, 222);
        Assert.Equal(TimeSpan.FromSeconds(3), picture.Arrival);
        Assert.InRange(picture.Bytes, 188, 20_000);
        Assert.Equal(picture.Stream, checker.LongestGap(0x100));
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
    [InlineData(TsFaultKind.MapVersion)]
    [InlineData(TsFaultKind.ShownBeforeDecoded)]
    [InlineData(TsFaultKind.SoundOverlap)]
    [InlineData(TsFaultKind.TornUnit)]
    [InlineData(TsFaultKind.Discontinuity)]
    public void A_stream_broken_on_purpose_is_reported(TsFaultKind kind)
    {
        Assert.Contains(kind, TsChecker.Check(Break(kind), TsCheckOptions.Relay).Select(fault => fault.Kind));
    }

    [Theory]
    [InlineData("a stream moves")]
    [InlineData("a stream vanishes")]
    [InlineData("a stream changes its type")]
    [InlineData("the clock moves")]
    public void A_map_that_changes_what_it_said_is_reported(string how)
    {
        var other = how switch
        {
            "a stream moves" => new TsGeneratorOptions { AudioPid = 0x105 },
            "a stream vanishes" => new TsGeneratorOptions { AudioPid = null },
            "a stream changes its type" => new TsGeneratorOptions { Video = StreamCodec.Hevc },
            _ => new TsGeneratorOptions { ClockPid = 0x101 },
        };

        Assert.Contains(TsFaultKind.MapMoved, Kinds([.. new TsGenerator().Seconds(1), .. new TsGenerator(other).Seconds(1)]));
    }

    [Fact]
    public void A_map_with_a_further_stream_and_a_new_version_is_no_fault()
    {
        var packets = new TsGenerator(new() { SecondAudioPid = 0x102 }).Seconds(1).Chunk(188).ToList();
        foreach (var at in Enumerable.Range(0, packets.Count).Where(at => new TsPacket(packets[at]).Pid == 0x1000))
            packets[at] = WithVersion(packets[at], 1);

        Assert.DoesNotContain(
            Kinds([.. new TsGenerator().Seconds(1), .. packets.SelectMany(packet => packet)]), kind => kind is TsFaultKind.MapMoved or TsFaultKind.MapVersion);
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
            case TsFaultKind.MapVersion:
                var lastMap = packets.FindLastIndex(packet => new TsPacket(packet).Pid == 0x1000);
                packets[lastMap] = WithVersion(packets[lastMap], 3);
                break;
            case TsFaultKind.ShownBeforeDecoded:
                PesTimestamp.Write(packets[middle].AsSpan(new TsPacket(packets[middle]).PayloadOffset + 9), 0);
                break;
            case TsFaultKind.SoundOverlap:
                var sound = packets.FindIndex(middle, packet => new TsPacket(packet) is { Pid: 0x101, StartsUnit: true });
                PesHeader.TryShift(packets[sound].AsSpan(new TsPacket(packets[sound]).PayloadOffset), -90);
                break;
            case TsFaultKind.TornUnit:
                var torn = packets.FindIndex(middle, packet => new TsPacket(packet) is { Pid: 0x101, StartsUnit: false });
                packets.RemoveAt(torn);
                break;
            case TsFaultKind.Discontinuity:
                TsPacketEdit.TrySetDiscontinuity(packets[middle], true);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }

        return [.. packets.SelectMany(packet => packet)];
    }

    private static byte[] WithVersion(byte[] packet, int version)
    {
        var tracker = new SectionAssembler();
        tracker.Feed(packet);
        Assert.True(tracker.TryTake(out var taken));
        var map = ProgramMap.Parse(taken)!;
        var section = new byte[PsiWriter.LongestSection];
        var length = PsiWriter.WriteMap(section, map with { Version = version });
        var counter = new TsPacket(packet).ContinuityCounter;
        var written = new byte[188];
        PsiWriter.WritePackets(section.AsSpan(0, length), 0x1000, ref counter, written);
        return written;
    }

    private static bool HasReorderedPictures(byte[] stream, int pid) => stream.Chunk(188)
        .Where(packet => new TsPacket(packet) is { StartsUnit: true } view && view.Pid == pid)
        .Select(packet => PesHeader.TryRead(new TsPacket(packet).Payload, out var header) ? header.Pts!.Value : 0)
        .Pairwise().Any(pair => pair.Later < pair.Earlier);
}

file static class Pairs
{
    public static IEnumerable<(long Earlier, long Later)> Pairwise(this IEnumerable<long> values) => values.Zip(values.Skip(1));
}
