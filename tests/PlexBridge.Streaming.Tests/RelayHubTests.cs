using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests;

public sealed class RelayHubTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Second_viewer_shares_the_upstream()
    {
        await using var bench = new RelayBench();
        var upstream = bench.Next();
        var channel = RelayBench.Channel("5");
        upstream.Send(new TsGenerator().Seconds(2));

        var first = await bench.WatchAsync(channel);
        var second = await bench.WatchAsync(channel);

        Assert.Single(bench.Opened);
        Assert.Equal([0, 1], bench.Hub.Sessions().Select(session => session.Tuner));
        Assert.All(bench.Hub.Sessions(), session => Assert.Equal(2, session.ViewersOfRelay));
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Reply_waits_for_tables_and_a_random_access_point()
    {
        await using var bench = new RelayBench();
        var upstream = bench.Next();
        var generator = new TsGenerator(new TsGeneratorOptions { StartFrame = 10 });
        var opening = bench.OpenAsync(RelayBench.Channel("5"));

        upstream.Send(generator.Frames(12));
        await Task.Yield();
        Assert.False(opening.IsCompleted);
        upstream.Send(generator.Frames(30));
        var session = Assert.IsType<OpenResult.Opened>(await opening.WaitAsync(Patience)).Session;

        Assert.Empty(TsChecker.Check(await RelayBench.TakeAsync(session)));
        await session.DisposeAsync();
    }

    [Fact]
    public async Task Joiner_gets_the_newest_complete_group_of_pictures_and_the_same_bytes_from_there()
    {
        await using var bench = new RelayBench();
        var upstream = bench.Next();
        var generator = new TsGenerator();
        upstream.Send(generator.Frames(210));
        var channel = RelayBench.Channel("5");
        var early = await bench.WatchAsync(channel);
        await upstream.Drained.WaitAsync(Patience);

        var late = await bench.WatchAsync(channel);
        upstream.Send(generator.Frames(40));
        await upstream.Drained.WaitAsync(Patience);
        var everything = await RelayBench.TakeAsync(early);
        var lateBytes = await RelayBench.TakeAsync(late);

        Assert.Empty(TsChecker.Check(lateBytes));
        Assert.True(everything.AsSpan().EndsWith(lateBytes));
        Assert.True(lateBytes.Length < everything.Length / 2);
        await early.DisposeAsync();
        await late.DisposeAsync();
    }

    [Fact]
    public async Task Viewers_stay_over_a_reconnect_and_see_one_unbroken_stream()
    {
        await using var bench = new RelayBench();
        var before = bench.Next();
        var after = bench.Next();
        before.Send(new TsGenerator().Seconds(2));
        after.Send(new TsGenerator(new TsGeneratorOptions { StartTimestamp = 400_000_000, StartCounter = 9 }).Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5"));
        await before.Drained.WaitAsync(Patience);
        var first = await RelayBench.TakeAsync(session);

        before.End();
        await bench.AdvanceUntilAsync(after.Drained);
        var second = await RelayBench.TakeAsync(session);

        Assert.Empty(TsChecker.Check([.. first, .. second], TsCheckOptions.Relay));
        Assert.True(before.IsDisposed);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task Backup_is_tried_when_the_primary_cannot_be_opened()
    {
        await using var bench = new RelayBench();
        bench.NextFails(UpstreamFault.Refused, "404");
        bench.Next().Send(new TsGenerator().Seconds(1));
        var opening = bench.OpenAsync(RelayBench.Channel("5", streams: 2));
        await bench.AdvanceUntilAsync(opening);

        var session = Assert.IsType<OpenResult.Opened>(await opening).Session;

        Assert.Equal(["5/0", "5/1"], bench.Opened.Select(stream => stream.Name));
        await session.DisposeAsync();
    }

    [Fact]
    public async Task Refused_streams_end_in_tune_failed_and_silent_ones_in_no_video_data()
    {
        await using var bench = new RelayBench();
        bench.NextFails(UpstreamFault.Refused, "It answered 404.");
        bench.NextFails(UpstreamFault.Refused, "It answered 404.");
        var refused = bench.OpenAsync(RelayBench.Channel("5"));
        await bench.AdvanceUntilAsync(refused);
        bench.Next();
        bench.Next();
        var silent = bench.OpenAsync(RelayBench.Channel("6"));
        await bench.AdvanceUntilAsync(silent);

        var first = Assert.IsType<OpenResult.Refused>(await refused);
        Assert.Equal(StreamRefusal.TuneFailed, first.Refusal);
        Assert.Equal("It answered 404.", first.Detail);
        Assert.Equal(StreamRefusal.NoVideoData, Assert.IsType<OpenResult.Refused>(await silent).Refusal);
        Assert.Empty(bench.Hub.Sessions());
    }

    [Fact]
    public async Task Relay_lingers_after_its_last_viewer_and_zapping_back_is_free()
    {
        await using var bench = new RelayBench(new RelayOptions { Linger = TimeSpan.FromSeconds(5) });
        var upstream = bench.Next();
        upstream.Send(new TsGenerator().Seconds(2));
        var channel = RelayBench.Channel("5");
        await (await bench.WatchAsync(channel)).DisposeAsync();

        bench.Time.Advance(TimeSpan.FromSeconds(3));
        await (await bench.WatchAsync(channel)).DisposeAsync();
        Assert.Single(bench.Opened);
        Assert.False(upstream.IsDisposed);

        bench.Time.Advance(TimeSpan.FromSeconds(6));
        await WaitUntilAsync(() => upstream.IsDisposed);
    }

    [Fact]
    public async Task Lingering_relay_gives_its_connection_to_the_next_channel_of_a_one_connection_source()
    {
        await using var bench = new RelayBench();
        var a = bench.Next();
        a.Send(new TsGenerator().Seconds(2));
        var b = bench.Next();
        b.Send(new TsGenerator().Seconds(2));
        await (await bench.WatchAsync(RelayBench.Channel("A", connectionLimit: 1))).DisposeAsync();

        var session = await bench.WatchAsync(RelayBench.Channel("B", connectionLimit: 1));

        Assert.True(a.IsDisposed);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task All_tuners_in_use_is_said_after_the_grace()
    {
        await using var bench = new RelayBench(new RelayOptions { TunerCount = 1 });
        bench.Next().Send(new TsGenerator().Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5"));

        var any = bench.OpenAsync(RelayBench.Channel("6"));
        var named = bench.OpenAsync(RelayBench.Channel("6"), tuner: 0);
        await bench.AdvanceUntilAsync(Task.WhenAll(any, named));

        Assert.Equal(StreamRefusal.AllTunersInUse, Assert.IsType<OpenResult.Refused>(await any).Refusal);
        Assert.Equal(StreamRefusal.TunerInUse, Assert.IsType<OpenResult.Refused>(await named).Refusal);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_viewer_that_falls_behind_is_skipped_to_a_picture_and_the_others_miss_nothing()
    {
        await using var bench = new RelayBench(new RelayOptions { ViewerBacklog = 600_000 });
        var upstream = bench.Next();
        var generator = new TsGenerator();
        upstream.Send(generator.Seconds(1));
        var channel = RelayBench.Channel("5");
        var slow = await bench.WatchAsync(channel);
        var quick = await bench.WatchAsync(channel);
        using var all = new MemoryStream();
        await upstream.Drained.WaitAsync(Patience);
        all.Write(await RelayBench.TakeAsync(quick));
        for (var second = 0; second < 7; second++)
        {
            upstream.Send(generator.Seconds(1));
            await upstream.Drained.WaitAsync(Patience);
            all.Write(await RelayBench.TakeAsync(quick));
        }

        var late = await RelayBench.TakeAsync(slow);

        Assert.Empty(TsChecker.Check(all.ToArray()));
        Assert.True(slow.Skips > 0);
        Assert.Empty(TsChecker.Check(late));
        Assert.Equal(0, quick.Skips);
        await slow.DisposeAsync();
        await quick.DisposeAsync();
    }

    [Fact]
    public async Task No_block_is_left_behind()
    {
        var bench = new RelayBench();
        bench.Next().Send(new TsGenerator().Seconds(5));
        var session = await bench.WatchAsync(RelayBench.Channel("5"));
        await RelayBench.TakeAsync(session);
        await session.DisposeAsync();
        await bench.DisposeAsync();

        Assert.Equal(0, bench.Blocks.Rented);
    }

    [Fact]
    public async Task Stopping_ends_sessions_with_a_reason()
    {
        var bench = new RelayBench();
        bench.Next().Send(new TsGenerator().Seconds(1));
        var session = await bench.WatchAsync(RelayBench.Channel("5"));

        await bench.DisposeAsync();

        Assert.Equal(StreamEnd.Shutdown, session.End);
        Assert.Equal(StreamRefusal.SystemBusy, Assert.IsType<OpenResult.Refused>(await bench.OpenAsync(RelayBench.Channel("6"))).Refusal);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_viewer_never_waits_longer_than_the_start_limit()
    {
        await using var bench = new RelayBench(new RelayOptions { Start = TimeSpan.FromSeconds(12) });
        var upstream = bench.Next();
        var generator = new TsGenerator(new TsGeneratorOptions { StartFrame = 1, FramesPerGroup = 100_000 });
        var opening = bench.OpenAsync(RelayBench.Channel("5"));
        await AdvanceAsync(bench, TimeSpan.FromSeconds(3.5));
        upstream.Send(generator.Frames(3));
        await upstream.Drained.WaitAsync(Patience);

        await AdvanceAsync(bench, TimeSpan.FromSeconds(8.5));

        Assert.Equal(StreamRefusal.NoVideoData, Assert.IsType<OpenResult.Refused>(await opening.WaitAsync(Patience)).Refusal);
        Assert.Empty(bench.Hub.Sessions());
    }

    [Fact]
    public async Task A_watched_relay_keeps_its_connection_slot_while_it_reconnects()
    {
        await using var bench = new RelayBench(new RelayOptions { Outage = TimeSpan.FromMinutes(5) });
        var first = bench.Next();
        first.Send(new TsGenerator().Seconds(2));
        var watching = await bench.WatchAsync(RelayBench.Channel("A", connectionLimit: 1));
        var waiting = bench.OpenAsync(RelayBench.Channel("B", connectionLimit: 1));
        var again = bench.Next();
        again.Send(new TsGenerator().Seconds(2));

        first.End();
        await bench.AdvanceUntilAsync(again.Drained);
        await bench.AdvanceUntilAsync(waiting);

        Assert.Equal(StreamRefusal.AllTunersInUse, Assert.IsType<OpenResult.Refused>(await waiting).Refusal);
        Assert.All(bench.Opened, stream => Assert.StartsWith("A/", stream.Name, StringComparison.Ordinal));
        Assert.Equal(StreamEnd.None, watching.End);
        await watching.DisposeAsync();
    }

    [Fact]
    public async Task A_channel_that_is_left_gives_its_connection_to_who_already_waits()
    {
        await using var bench = new RelayBench();
        bench.Next().Send(new TsGenerator().Seconds(2));
        var a = await bench.WatchAsync(RelayBench.Channel("A", connectionLimit: 1));
        var opening = bench.OpenAsync(RelayBench.Channel("B", connectionLimit: 1));
        bench.Next().Send(new TsGenerator().Seconds(2));

        await a.DisposeAsync();

        var b = Assert.IsType<OpenResult.Opened>(await opening.WaitAsync(Patience)).Session;
        await b.DisposeAsync();
    }

    [Fact]
    public async Task A_viewer_that_takes_nothing_for_too_long_is_let_go_even_when_little_waits()
    {
        await using var bench = new RelayBench(new RelayOptions { ViewerStall = TimeSpan.FromSeconds(30) });
        var upstream = bench.Next();
        var generator = new TsGenerator();
        upstream.Send(generator.Seconds(1));
        var session = await bench.WatchAsync(RelayBench.Channel("5"));
        await upstream.Drained.WaitAsync(Patience);
        for (var second = 0; second < 31; second++)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            upstream.Send(generator.Frames(1));
            await upstream.Drained.WaitAsync(Patience);
        }

        Assert.Equal(StreamEnd.ViewerTooSlow, session.End);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_hopeless_stream_is_tried_once()
    {
        await using var bench = new RelayBench();
        bench.NextFails(UpstreamFault.Unsupported, "rtsp:// streams can't be relayed yet.");

        var refused = Assert.IsType<OpenResult.Refused>(await bench.OpenAsync(RelayBench.Channel("5")).WaitAsync(Patience));

        Assert.Equal(StreamRefusal.TuneFailed, refused.Refusal);
        Assert.Single(bench.Opened);
    }

    [Fact]
    public async Task Whatever_a_source_breaks_costs_its_connection_and_not_the_viewer()
    {
        await using var bench = new RelayBench();
        var first = bench.Next();
        first.Send(new TsGenerator().Seconds(2));
        var again = bench.Next();
        again.Send(new TsGenerator().Seconds(2));
        var session = await bench.WatchAsync(RelayBench.Channel("5"));

        first.Break(new InvalidDataException("not gzip at all"));
        await bench.AdvanceUntilAsync(again.Drained);

        Assert.Equal(StreamEnd.None, session.End);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_group_of_pictures_larger_than_the_budget_does_not_shut_joiners_out()
    {
        await using var bench = new RelayBench(new RelayOptions { JoinBudget = 200_000 });
        var upstream = bench.Next();
        var generator = new TsGenerator(new TsGeneratorOptions { FramesPerGroup = 100_000 });
        upstream.Send(generator.Seconds(2));
        var channel = RelayBench.Channel("5");
        var first = await bench.WatchAsync(channel);
        await upstream.Drained.WaitAsync(Patience);

        var opening = bench.OpenAsync(channel);
        upstream.Send(generator.Seconds(1));

        var second = Assert.IsType<OpenResult.Opened>(await opening.WaitAsync(Patience)).Session;
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task A_viewer_that_was_skipped_is_told_of_the_jump_and_nobody_else_is()
    {
        await using var bench = new RelayBench(new RelayOptions { ViewerBacklog = 600_000 });
        var upstream = bench.Next();
        var generator = new TsGenerator();
        upstream.Send(generator.Seconds(1));
        var channel = RelayBench.Channel("5");
        var slow = await bench.WatchAsync(channel);
        var quick = await bench.WatchAsync(channel);
        await upstream.Drained.WaitAsync(Patience);
        using var seenBySlow = new MemoryStream();
        using var seenByQuick = new MemoryStream();
        seenBySlow.Write(await RelayBench.TakeAsync(slow));
        seenByQuick.Write(await RelayBench.TakeAsync(quick));
        for (var second = 0; second < 7; second++)
        {
            upstream.Send(generator.Seconds(1));
            await upstream.Drained.WaitAsync(Patience);
            seenByQuick.Write(await RelayBench.TakeAsync(quick));
        }

        upstream.Send(generator.Seconds(1));
        await upstream.Drained.WaitAsync(Patience);
        seenBySlow.Write(await RelayBench.TakeAsync(slow));

        var checker = new TsChecker(new TsCheckOptions { MaxLead = TimeSpan.FromSeconds(60) });
        checker.Feed(seenBySlow.ToArray());
        Assert.True(slow.Skips > 0);
        Assert.True(checker.Discontinuities > 0);
        Assert.DoesNotContain(checker.Faults, fault => fault.Kind == TsFaultKind.Continuity);
        Assert.Empty(TsChecker.Check(seenByQuick.ToArray(), new TsCheckOptions { AllowsDiscontinuity = false }));
        await slow.DisposeAsync();
        await quick.DisposeAsync();
    }

    private static async Task AdvanceAsync(RelayBench bench, TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromMilliseconds(250))
        {
            bench.Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(2);
        }
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        for (var step = 0; step < 1000 && !condition(); step++)
            await Task.Delay(2);
        Assert.True(condition());
    }
}
