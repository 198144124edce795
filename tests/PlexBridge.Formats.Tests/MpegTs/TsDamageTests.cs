using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.MpegTs;

public class TsDamageTests
{
    [Fact]
    public void A_frozen_clock_stands_while_the_bytes_go_on()
    {
        var generator = new TsGenerator();
        var freeze = TsDamage.FrozenClock();
        byte[] stream = [.. freeze(generator.Seconds(1)), .. freeze(generator.Seconds(1))];

        Assert.Single(Clocks(stream).Distinct());
        Assert.Equal(50, Starts(stream, 0x100).Distinct().Count());
    }

    [Fact]
    public void Frozen_time_stands_in_every_stream()
    {
        var stream = TsDamage.FrozenTime()(new TsGenerator().Seconds(1));

        Assert.Single(Clocks(stream).Distinct());
        Assert.Single(Starts(stream, 0x100).Distinct());
        Assert.Single(Starts(stream, 0x101).Distinct());
    }

    [Fact]
    public void A_dropped_picture_leaves_sound_and_tables()
    {
        var stream = TsDamage.Without(0x100)(new TsGenerator().Seconds(1));

        Assert.Equal([0, 0x101, 0x1000], stream.Chunk(188).Select(packet => new TsPacket(packet).Pid).Distinct().Order());
    }

    [Fact]
    public void Scrambling_is_what_the_checker_sees()
    {
        var stream = TsDamage.Scrambled(0x100)(new TsGenerator().Seconds(1));

        Assert.All(TsChecker.Check(stream, new TsCheckOptions { RequiresStart = false }), fault => Assert.Equal((TsFaultKind.Scrambled, 0x100), (fault.Kind, fault.Pid)));
    }

    [Fact]
    public void A_feed_breaks_off_inside_a_packet()
    {
        var feed = LiveFeed.Of(new TsGenerator()).BrokenOff(TimeSpan.FromSeconds(1)).ToList();
        var stream = feed.SelectMany(chunk => chunk.Bytes.ToArray()).ToArray();

        Assert.Equal(26, feed.Count);
        Assert.Equal(100, stream.Length % 188);
        Assert.Equal([TsFaultKind.PartialPacket], TsChecker.Check(stream).Select(fault => fault.Kind));
    }

    [Fact]
    public void A_generator_can_jump_and_lose_count_in_mid_stream()
    {
        var generator = new TsGenerator();
        byte[] before = generator.Seconds(1);
        generator.JumpTo(5);
        byte[] jumped = generator.Seconds(1);
        generator.LoseCount();
        byte[] lost = generator.Seconds(1);

        Assert.Equal(5, Starts(jumped, 0x100)[0]);
        Assert.Equal(
            [TsFaultKind.PcrJump, TsFaultKind.TimestampBackwards],
            TsChecker.Check([.. before, .. jumped]).Select(fault => fault.Kind).Distinct().Order());
        Assert.Equal([TsFaultKind.Continuity], TsChecker.Check([.. jumped, .. lost]).Select(fault => fault.Kind).Distinct());
    }

    private static List<long> Clocks(byte[] stream) =>
        [.. stream.Chunk(188).Where(packet => new TsPacket(packet).HasPcr).Select(packet => new TsPacket(packet).TryReadPcr(out var clock) ? clock : -1)];

    private static List<long> Starts(byte[] stream, int pid) =>
        [.. stream.Chunk(188).Where(packet => new TsPacket(packet) is { StartsUnit: true } view && view.Pid == pid)
            .Select(packet => PesHeader.TryRead(new TsPacket(packet).Payload, out var header) ? header.DecodeTime!.Value : -1)];
}
