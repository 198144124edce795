using PlexBridge.Streaming.Buffers;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests;

public sealed class RelaySessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TsBlockPool _blocks = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task One_turn_at_a_time_and_what_came_meanwhile_is_there_after_it()
    {
        await using var session = Session(new RelayOptions());
        using var writer = Writer(session);
        var first = new List<TsSlice>();
        var second = new List<TsSlice>();
        Write(writer, 3);

        Assert.True(session.Take(first, int.MaxValue));
        Write(writer, 2);
        Assert.False(session.Take(second, int.MaxValue));
        Assert.Empty(second);
        session.Release(first, wereSent: true);
        Assert.True(session.Take(second, int.MaxValue));
        Assert.Equal(2 * 188, second.Sum(slice => slice.Length));
        session.Release(second, wereSent: true);

        Assert.False(session.Take(first, int.MaxValue));
        Assert.Equal(5 * 188, session.BytesSent);
    }

    [Fact]
    public async Task Who_wants_to_know_is_called_when_a_read_is_out_and_when_the_session_ends()
    {
        await using var session = Session(new RelayOptions());
        using var writer = Writer(session);
        var calls = 0;
        var slices = new List<TsSlice>();
        session.OnReady(() => calls++);
        Assert.Equal(1, calls);

        Write(writer, 400); // more than a block, one call
        Assert.Equal(2, calls);
        Assert.True(session.Take(slices, int.MaxValue));
        Write(writer, 1); // a turn is under way: whoever ends it looks again
        Assert.Equal(2, calls);
        session.Finish(StreamEnd.SourceLost);
        Assert.Equal(3, calls);
        Assert.False(session.IsOver);
        session.Release(slices, wereSent: true);
        Assert.True(session.Take(slices, int.MaxValue));
        session.Release(slices, wereSent: true);
        Assert.True(session.IsOver);
    }

    [Fact]
    public async Task A_turn_that_never_ends_ends_the_session_and_one_that_found_nothing_does_not()
    {
        var options = new RelayOptions { ViewerStall = TimeSpan.FromSeconds(30) };
        await using var stuck = Session(options);
        await using var idle = Session(options);
        using var writer = Writer(stuck, idle);
        var held = new List<TsSlice>();
        var taken = new List<TsSlice>();
        Write(writer, 1);
        Assert.True(stuck.Take(held, int.MaxValue));
        while (idle.Take(taken, int.MaxValue))
            idle.Release(taken, wereSent: true);

        _time.Advance(TimeSpan.FromSeconds(31));
        Write(writer, 1);

        Assert.Equal(StreamEnd.ViewerTooSlow, stuck.End);
        Assert.True(stuck.Ended.IsCompleted);
        Assert.Equal(StreamEnd.None, idle.End);
        stuck.Release(held, wereSent: false);
    }

    [Fact]
    public async Task One_stuck_viewer_changes_no_byte_for_the_others()
    {
        var alone = await WatchAsync(withStuckViewer: false);
        var beside = await WatchAsync(withStuckViewer: true);

        Assert.True(alone.Length > 1_000_000);
        Assert.True(alone.AsSpan().SequenceEqual(beside));
        Assert.Empty(TsChecker.Check(beside));
    }

    [Fact]
    public async Task A_million_packets_to_three_sessions_allocate_nothing()
    {
        await using var first = Session(new RelayOptions());
        await using var second = Session(new RelayOptions());
        await using var third = Session(new RelayOptions());
        RelaySession[] sessions = [first, second, third];
        var history = new RelayHistory(2 << 20);
        using var writer = Writer(history, sessions);
        var slices = new List<TsSlice>();
        var least = long.MaxValue;
        const int Pass = 250_000;

        for (var pass = 0; pass < 5; pass++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var packet = 0; packet < Pass; packet++)
            {
                if (packet % 5000 == 0)
                    writer.StartAtRandomAccess();
                writer.Next()[0] = 0x47;
                if (packet % 700 != 0)
                    continue;
                writer.Publish(long.MaxValue);
                foreach (var session in sessions)
                    while (session.Take(slices, 512 * 1024))
                        session.Release(slices, wereSent: true);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(0, third.Skips);
        history.Clear();
    }

    private static async Task<byte[]> WatchAsync(bool withStuckViewer)
    {
        await using var bench = new RelayBench(new RelayOptions { ViewerBacklog = 600_000 });
        var upstream = bench.Next();
        var generator = new TsGenerator();
        upstream.Send(generator.Seconds(1));
        var channel = RelayBench.Channel("5");
        var good = await bench.WatchAsync(channel);
        var stuck = withStuckViewer ? await bench.WatchAsync(channel) : null;
        var held = new List<TsSlice>();
        Assert.NotEqual(false, stuck?.Take(held, 1));
        using var all = new MemoryStream();
        for (var second = 0; second < 8; second++)
        {
            await upstream.Drained.WaitAsync(Patience);
            all.Write(await RelayBench.TakeAsync(good));
            upstream.Send(generator.Seconds(1));
        }

        Assert.NotEqual(0, stuck?.Skips);
        Assert.Equal(0, good.Skips);
        if (stuck is not null)
        {
            stuck.Release(held, wereSent: false);
            await stuck.DisposeAsync();
        }

        await good.DisposeAsync();
        return all.ToArray();
    }

    private RelaySession Session(RelayOptions options) =>
        new(RelayBench.Channel("5"), new Viewer("192.0.2.1", "test"), null!, options, _blocks, _time, _ => { });

    private PacketWriter Writer(params RelaySession[] sessions) => Writer(new RelayHistory(0), sessions);

    private PacketWriter Writer(RelayHistory history, RelaySession[] sessions) => new(_blocks)
    {
        OnSlice = slice =>
        {
            history.Add(slice);
            foreach (var session in sessions)
                session.Offer(slice, default);
        },
        OnFlush = () =>
        {
            foreach (var session in sessions)
                session.Flush();
        },
    };

    private static void Write(PacketWriter writer, int packets)
    {
        for (var packet = 0; packet < packets; packet++)
            writer.Next()[0] = 0x47;
        writer.Publish(long.MaxValue);
    }
}
