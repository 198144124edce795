using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests;

public sealed class FailoverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_fault_makes_one_switch_with_a_reason()
    {
        await using var bench = new RelayBench();
        var (primary, backup) = (bench.Next(), bench.Next());
        primary.Send(new TsGenerator().Seconds(2));
        backup.Send(new TsGenerator(new TsGeneratorOptions { VideoPid = 0x55, AudioPid = 0x56 }).Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5", streams: 2));
        await primary.Drained.WaitAsync(Patience);

        primary.End();
        await backup.Drained.WaitAsync(Patience);

        var only = Assert.Single(session.Relay!.Picture.Switches);
        Assert.Equal(("5/0", "5/1"), (only.From, only.To));
        Assert.Contains("the source ended the stream", only.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("source.example/5", only.Reason, StringComparison.Ordinal);
        Assert.Equal(1, session.Relay.Picture.SwitchCount);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_picture_for_five_seconds_the_backup_takes_over()
    {
        await using var bench = new RelayBench();
        var (primary, backup) = (bench.Next(), bench.Next());
        var source = new TsGenerator();
        var onlySound = TsDamage.Without(0x100);
        primary.Send(source.Seconds(1));
        backup.Send(new TsGenerator().Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5", streams: 2));

        for (var second = 0; second < 7 && !backup.Drained.IsCompleted; second++)
        {
            primary.Send(onlySound(source.Seconds(1)));
            await Task.WhenAny(primary.Drained, backup.Drained).WaitAsync(Patience);
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await backup.Drained.WaitAsync(Patience);
        Assert.Contains("no picture for 5 s", Assert.Single(session.Relay!.Picture.Switches).Reason, StringComparison.Ordinal);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task Scrambled_pictures_bring_the_backup_after_a_second()
    {
        await using var bench = new RelayBench();
        var (primary, backup) = (bench.Next(), bench.Next());
        var source = new TsGenerator();
        var scrambled = TsDamage.Scrambled(0x100, 0x101);
        primary.Send(source.Seconds(1));
        backup.Send(new TsGenerator().Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5", streams: 2));

        for (var turn = 0; turn < 3; turn++)
        {
            primary.Send(scrambled(source.Seconds(0.6)));
            await Task.WhenAny(primary.Drained, backup.Drained).WaitAsync(Patience);
            bench.Time.Advance(TimeSpan.FromSeconds(0.6));
        }

        await backup.Drained.WaitAsync(Patience);
        Assert.Contains("scrambled", Assert.Single(session.Relay!.Picture.Switches).Reason, StringComparison.Ordinal);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_under_the_set_floor_is_left()
    {
        await using var bench = new RelayBench(new RelayOptions { BitRateFloor = 1_000_000 });
        var (primary, backup) = (bench.Next(), bench.Next());
        var source = new TsGenerator(new TsGeneratorOptions { BitsPerSecond = 200_000 });
        primary.Send(source.Seconds(1));
        backup.Send(new TsGenerator().Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5", streams: 2));

        for (var second = 0; second < 7 && !backup.Drained.IsCompleted; second++)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            primary.Send(source.Seconds(1));
            await Task.WhenAny(primary.Drained, backup.Drained).WaitAsync(Patience);
        }

        await backup.Drained.WaitAsync(Patience);
        Assert.Contains("less than the set floor of 1000 kbit/s", Assert.Single(session.Relay!.Picture.Switches).Reason, StringComparison.Ordinal);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task Other_types_are_tried_last_and_end_the_stream_with_a_reason()
    {
        await using var bench = new RelayBench();
        var primary = bench.Next();
        var source = new TsGenerator();
        primary.Send(source.Seconds(2));
        bench.Next().Send(new TsGenerator(new TsGeneratorOptions { Video = StreamCodec.Hevc }).Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5", streams: 2));
        await PlayAsync(bench, primary, source, seconds: 6);

        for (var attempt = 0; attempt < 30; attempt++)
            bench.NextFails(UpstreamFault.Refused, "still broken");
        primary.End();
        await bench.AdvanceUntilAsync(session.Ended);

        Assert.Equal(StreamEnd.CodecChanged, session.End);
        Assert.Single(bench.Opened, stream => stream.Name == "5/1");
        Assert.InRange(bench.Opened.Count(stream => stream.Name == "5/0"), 5, 20);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_provider_that_notices_late_that_a_connection_was_closed_is_asked_again()
    {
        await using var bench = new RelayBench();
        bench.Next().Send(new TsGenerator().Seconds(2));
        var first = await bench.WatchAsync(RelayBench.Channel("5", connectionLimit: 1));
        for (var attempt = 0; attempt < 4; attempt++)
            bench.NextFails(UpstreamFault.Refused, "403");
        bench.Next().Send(new TsGenerator().Seconds(2));

        await first.DisposeAsync();
        var opening = bench.OpenAsync(RelayBench.Channel("6", connectionLimit: 1));
        await bench.AdvanceUntilAsync(opening);

        await Assert.IsType<OpenResult.Opened>(await opening).Session.DisposeAsync();
    }

    [Fact]
    public async Task A_channel_goes_on_while_one_of_three_has_the_same_types()
    {
        await using var bench = new RelayBench();
        var primary = bench.Next();
        primary.Send(new TsGenerator().Seconds(2));
        bench.Next().Send(new TsGenerator(new TsGeneratorOptions { Video = StreamCodec.Hevc }).Seconds(2));
        var third = bench.Next();
        third.Send(new TsGenerator().Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5", streams: 3));
        await primary.Drained.WaitAsync(Patience);

        primary.End();
        await third.Drained.WaitAsync(Patience);

        Assert.Equal(StreamEnd.None, session.End);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task The_primary_comes_back_beside_the_backup_when_that_is_set()
    {
        await using var bench = new RelayBench(new RelayOptions { PrimaryRetry = TimeSpan.FromSeconds(60) });
        var (primary, backup) = (bench.Next(), bench.Next());
        var source = new TsGenerator(new TsGeneratorOptions { VideoPid = 0x77 });
        primary.Send(new TsGenerator().Seconds(2));
        backup.Send(source.Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5", streams: 2));
        await primary.Drained.WaitAsync(Patience);
        primary.End();
        await backup.Drained.WaitAsync(Patience);
        using var seen = new MemoryStream();
        seen.Write(await RelayBench.TakeAsync(session));

        var again = bench.Next();
        again.Send(new TsGenerator(new TsGeneratorOptions { StartTimestamp = 5 }).Seconds(2));
        for (var second = 0; second < 62 && !backup.IsDisposed; second++)
        {
            backup.Send(source.Seconds(1));
            await Task.WhenAny(backup.Drained, again.Drained).WaitAsync(Patience);
            seen.Write(await RelayBench.TakeAsync(session));
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        for (var turn = 0; turn < 2000 && !backup.IsDisposed; turn++)
        {
            backup.Send(source.Frames(1));
            await Task.Delay(2);
        }

        await again.Drained.WaitAsync(Patience);
        seen.Write(await RelayBench.TakeAsync(session));

        Assert.Equal("5/0", session.Relay!.Picture.Stream);
        Assert.Equal(2, session.Relay.Picture.SwitchCount);
        Assert.Contains("delivers again", session.Relay.Picture.Switches[^1].Reason, StringComparison.Ordinal);
        Assert.Empty(TsChecker.Check(seen.ToArray(), TsCheckOptions.Relay));
        Assert.Equal(3, bench.Opened.Count);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task Silence_is_filled_with_null_packets_until_the_source_comes_back()
    {
        await using var bench = new RelayBench(new RelayOptions { Stall = TimeSpan.FromSeconds(20) });
        var source = bench.Next();
        var generator = new TsGenerator();
        source.Send(generator.Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5"));
        await source.Drained.WaitAsync(Patience);
        var before = await RelayBench.TakeAsync(session);

        await bench.AdvanceUntilAsync(session.WaitAsync(CancellationToken.None).AsTask());
        var silence = await RelayBench.TakeAsync(session);
        source.Send(generator.Seconds(2));
        await source.Drained.WaitAsync(Patience);
        var after = await RelayBench.TakeAsync(session);

        Assert.Contains(Enumerable.Range(0, silence.Length / 188), index => new TsPacket(silence.AsSpan(index * 188, 188)).IsNull);
        Assert.Empty(TsChecker.Check([.. before, .. silence, .. after], TsCheckOptions.Relay));
        await session.DisposeAsync();
    }

    private static async Task PlayAsync(RelayBench bench, ScriptedUpstream upstream, TsGenerator source, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            await upstream.Drained.WaitAsync(Patience);
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            upstream.Send(source.Seconds(1));
        }

        await upstream.Drained.WaitAsync(Patience);
    }
}
