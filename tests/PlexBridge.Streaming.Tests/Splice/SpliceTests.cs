using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Splice;

public sealed class SpliceTests
{
    private const int Video = 0x100;
    private const int Audio = 0x101;

    [Fact]
    public void One_source_comes_out_on_fixed_pids_with_own_tables_and_counters()
    {
        using var bench = new SpliceBench();

        bench.Play(new TsGenerator(new TsGeneratorOptions { VideoPid = 0x321, AudioPid = 0x322, MapPid = 0x55, ProgramNumber = 77, StartCounter = 9 }).Seconds(3));

        var checker = bench.AssertUnbroken();
        Assert.Equal([Video, Audio], checker.Map!.Streams.Select(stream => stream.Pid));
        Assert.Equal(1, checker.Map.ProgramNumber);
        Assert.Equal(Video, checker.Map.PcrPid);
        Assert.InRange(checker.CountUnits(Video), 74, 75);
    }

    public static TheoryData<string, TsGeneratorOptions> Backups => new()
    {
        { "other PIDs", new TsGeneratorOptions { VideoPid = 0x1A, AudioPid = 0x1B, MapPid = 0x33, StartTimestamp = 77 } },
        { "before the wrap", new TsGeneratorOptions { StartTimestamp = (1L << 33) - 90_000 } },
        { "50 frames", new TsGeneratorOptions { FramesPerSecond = 50, FramesPerGroup = 100, StartTimestamp = 1L << 32 } },
        { "30 frames, open inside a group", new TsGeneratorOptions { FramesPerSecond = 30, StartFrame = 11 } },
        { "longer lead", new TsGeneratorOptions { ClockLead = 90_000, StartTimestamp = 123_456_789 } },
        { "shorter lead", new TsGeneratorOptions { ClockLead = 4_000, StartTimestamp = 123_456_789 } },
    };

    [Theory, MemberData(nameof(Backups))]
    public void A_backup_goes_on_where_the_primary_broke_off(string name, TsGeneratorOptions backup)
    {
        Assert.NotEmpty(name);
        using var bench = new SpliceBench();
        var primary = new TsGenerator(new TsGeneratorOptions { ClockLead = 27_000 });

        bench.Play(primary.Seconds(2.2)[..^(188 * 3)]);
        bench.Play(new TsGenerator(backup).Seconds(3));
        bench.Play(primary.Seconds(2));

        var checker = bench.AssertUnbroken();
        Assert.InRange(checker.LongestGap(Video), TimeSpan.Zero, TimeSpan.FromSeconds(1.1));
        Assert.InRange(checker.LongestGap(Audio), TimeSpan.Zero, TimeSpan.FromSeconds(1.1));
    }

    [Fact]
    public void A_thousand_splices_neither_drift_nor_break()
    {
        using var bench = new SpliceBench();
        for (var index = 0; index < 1000; index++)
        {
            var options = new TsGeneratorOptions
            {
                StartTimestamp = index * 7_777_777L,
                ClockLead = 3_600 + (index % 9 * 9_000),
                FramesPerSecond = index % 2 == 0 ? 25 : 50,
                FramesPerGroup = 10,
                BitsPerSecond = 200_000,
            };
            var bytes = new TsGenerator(options).Frames(12);
            bench.Play(bytes[..(bytes.Length - (index % 7 * 100))]);
        }

        var checker = bench.AssertUnbroken();
        Assert.InRange(checker.Duration, TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(1000));
    }

    [Fact]
    public void The_open_picture_of_a_dying_source_is_dropped()
    {
        using var bench = new SpliceBench();
        var source = new TsGenerator(new TsGeneratorOptions { BitsPerSecond = 4_000_000 });
        var whole = source.Frames(25);
        var next = source.Frames(1);
        var intake = bench.Connect();
        intake.Feed(whole);
        var complete = bench.Published.Length;

        intake.Feed(next.AsSpan(0, next.Length / 2));
        var held = bench.Published.Length;
        bench.Output.Abandon();
        bench.Play(new TsGenerator().Seconds(1));

        Assert.InRange(held - complete, 0, 188 * 12);
        bench.AssertUnbroken();
        Assert.Equal(25 + 25, CountUnits(bench.Published, Video));
    }

    [Fact]
    public void A_live_sources_open_picture_is_let_go_when_more_of_it_comes_later()
    {
        using var bench = new SpliceBench();
        var source = new TsGenerator(new TsGeneratorOptions { BitsPerSecond = 8_000_000 });
        var intake = bench.Connect(inBursts: false);
        intake.Feed(source.Frames(25));
        var next = source.Frames(1).AsSpan();
        var third = next.Length / 3 / 188 * 188;
        bench.Time.Advance(TimeSpan.FromMilliseconds(20));
        intake.Feed(next[..third]);
        var before = bench.Published.Length;

        bench.Time.Advance(TimeSpan.FromMilliseconds(20));
        intake.Feed(next[third..(2 * third)]);

        Assert.InRange(bench.Published.Length - before, third - 1000, third + 1000);
    }

    [Fact]
    public void A_picture_of_another_type_is_no_backup()
    {
        using var bench = new SpliceBench();
        bench.Play(new TsGenerator().Seconds(1));

        var other = bench.Play(new TsGenerator(new TsGeneratorOptions { Video = StreamCodec.Hevc }).Seconds(1));
        var silent = bench.Play(new TsGenerator(new TsGeneratorOptions { AudioPid = null }).Seconds(1));
        var same = bench.Play(new TsGenerator().Seconds(1));

        Assert.True(other.HasOtherTypes);
        Assert.True(silent.HasOtherTypes);
        Assert.False(same.HasOtherTypes);
        bench.AssertUnbroken();
    }

    [Fact]
    public void Further_streams_are_kept_and_those_of_a_backup_have_no_place()
    {
        using var bench = new SpliceBench();
        bench.Play(new TsGenerator().Seconds(1));

        bench.Play(new TsGenerator(new TsGeneratorOptions { SecondAudioPid = 0x200, TeletextPid = 0x201 }).Seconds(1));

        Assert.Equal(2, bench.AssertUnbroken().Map!.Streams.Length);
    }

    [Fact]
    public void The_same_source_may_add_streams()
    {
        using var bench = new SpliceBench();
        bench.Play(new TsGenerator().Seconds(1), isSame: true);

        bench.Play(new TsGenerator(new TsGeneratorOptions { SecondAudioPid = 0x200, TeletextPid = 0x201 }).Seconds(1), isSame: true);

        var checker = bench.AssertUnbroken();
        Assert.Equal([Video, Audio, 0x102, 0x103], checker.Map!.Streams.Select(stream => stream.Pid));
        Assert.Equal(1, checker.Map.Version);
        Assert.True(checker.CountUnits(0x102) > 5);
        Assert.True(checker.CountUnits(0x103) > 2);
    }

    [Fact]
    public void A_jump_that_nobody_announced_is_absorbed()
    {
        using var bench = new SpliceBench();
        var source = new TsGenerator();
        var intake = bench.Connect();

        intake.Feed(source.Seconds(1.5));
        source.JumpTo(5);
        intake.Feed(source.Seconds(1.5));
        source.JumpTo(1L << 32);
        source.LoseCount();
        intake.Feed(source.Seconds(1.5));
        bench.Output.Abandon();

        var checker = bench.AssertUnbroken();
        Assert.InRange(checker.LongestGap(Video), TimeSpan.Zero, TimeSpan.FromSeconds(0.2));
        Assert.InRange(checker.LongestGap(Audio), TimeSpan.Zero, TimeSpan.FromSeconds(0.25));
    }

    [Fact]
    public void An_announced_break_goes_on_at_the_next_random_access_point()
    {
        using var bench = new SpliceBench();
        var intake = bench.Connect();
        intake.Feed(new TsGenerator().Seconds(1.4));

        intake.Break();
        intake.Feed(new TsGenerator(new TsGeneratorOptions { StartFrame = 20, StartTimestamp = 5_000_000 }).Seconds(1.4));
        bench.Output.Abandon();

        bench.AssertUnbroken();
    }

    [Fact]
    public void A_clock_on_a_pid_of_its_own_comes_out_on_the_pictures()
    {
        using var bench = new SpliceBench();

        bench.Play(new TsGenerator(new TsGeneratorOptions { ClockPid = 0x99 }).Seconds(1));
        bench.Play(new TsGenerator(new TsGeneratorOptions { ClockPid = 0x101 }).Seconds(1));

        Assert.Equal(Video, bench.AssertUnbroken().Map!.PcrPid);
    }

    [Fact]
    public void A_frozen_clock_is_replaced_by_the_pictures_times()
    {
        using var bench = new SpliceBench();
        var source = new TsGenerator();
        var freeze = TsDamage.FrozenClock();
        var intake = bench.Connect();

        intake.Feed(source.Seconds(1));
        for (var index = 0; index < 3; index++)
            intake.Feed(freeze(source.Seconds(1)));
        intake.Feed(source.Seconds(1));

        bench.AssertUnbroken();
    }

    [Fact]
    public void A_source_that_stands_still_passes_nothing_twice()
    {
        using var bench = new SpliceBench();
        var source = new TsGenerator();
        var freeze = TsDamage.FrozenTime();
        var intake = bench.Connect();

        intake.Feed(source.Seconds(1));
        for (var index = 0; index < 3; index++)
            intake.Feed(freeze(source.Seconds(1)));
        bench.Output.Abandon();
        bench.Play(new TsGenerator().Seconds(1));

        bench.AssertUnbroken();
    }

    [Fact]
    public void Packets_that_were_sent_twice_are_sent_once()
    {
        using var bench = new SpliceBench();
        var bytes = new TsGenerator().Seconds(1);
        using var doubled = new MemoryStream();
        for (var at = 0; at < bytes.Length; at += 188)
            for (var copy = 0; copy < 2; copy++)
                doubled.Write(bytes, at, 188);
        using var once = new SpliceBench();

        bench.Play(doubled.ToArray());
        once.Play(bytes);

        Assert.Equal(once.Published.Length, bench.Published.Length);
        bench.AssertUnbroken();
    }

    [Fact]
    public void Radio_is_spliced_by_its_sound()
    {
        using var bench = new SpliceBench();
        bench.Play(new TsGenerator(new TsGeneratorOptions { Video = null }).Seconds(2));

        bench.Play(new TsGenerator(new TsGeneratorOptions { Video = null, AudioPid = 0x55, StartTimestamp = 4 }).Seconds(2));

        Assert.True(bench.AssertUnbroken().CountUnits(Video) > 40);
    }

    [Fact]
    public void Nothing_is_kept_of_a_connection_whose_first_picture_never_ended()
    {
        using var bench = new SpliceBench();
        var bytes = new TsGenerator(new TsGeneratorOptions { Video = StreamCodec.Hevc, BitsPerSecond = 8_000_000 }).Frames(1);

        bench.Play(bytes[..(bytes.Length / 2 / 188 * 188)]);
        Assert.False(bench.Output.HasStarted);
        var h264 = bench.Play(new TsGenerator().Seconds(1));

        Assert.False(h264.HasOtherTypes);
        bench.AssertUnbroken();
    }

    [Fact]
    public void Keepalive_writes_nothing_before_the_first_picture_and_tables_and_nulls_behind_it()
    {
        using var bench = new SpliceBench();
        bench.Output.WriteKeepalive();
        Assert.Empty(bench.Published);
        bench.Play(new TsGenerator().Seconds(1));
        var before = bench.Published.Length;

        for (var index = 0; index < 20; index++)
            bench.Output.WriteKeepalive();

        var added = bench.Published.AsSpan(before);
        Assert.Equal(20 * 6 * 188, added.Length);
        bench.Play(new TsGenerator().Seconds(1));
        bench.AssertUnbroken();
    }

    [Fact]
    public void Every_block_goes_back()
    {
        var bench = new SpliceBench();
        for (var index = 0; index < 20; index++)
            bench.Play(new TsGenerator(new TsGeneratorOptions { BitsPerSecond = 9_000_000 }).Frames(20 + index)[..^(188 * index)]);

        bench.Dispose();

        Assert.Equal(0, bench.Blocks.Rented);
    }

    private static int CountUnits(byte[] bytes, int pid) => Enumerable.Range(0, bytes.Length / 188).Count(index =>
        new TsPacket(bytes.AsSpan(index * 188, 188)) is { StartsUnit: true } packet && packet.Pid == pid);
}
