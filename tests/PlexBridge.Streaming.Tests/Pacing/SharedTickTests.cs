using PlexBridge.Streaming.Pacing;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Pacing;

public sealed class SharedTickTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Little_waits_for_the_beat_and_full_reads_go_on_at_once()
    {
        using var tick = new SharedTick(_time, Beat);
        var turn = new TickTurn(tick);
        Assert.True(turn.AfterAsync(wasFull: true).AsTask().IsCompleted);

        var waiting = turn.AfterAsync(wasFull: false).AsTask();
        Assert.False(waiting.IsCompleted);
        _time.Advance(Beat);

        await waiting;
    }

    [Fact]
    public async Task All_loops_run_on_the_beat_one_after_another_on_its_thread()
    {
        using var tick = new SharedTick(_time, Beat);
        var threads = new List<int>();
        var loops = Enumerable.Range(0, 5).Select(_ => LoopAsync(new TickTurn(tick))).ToList();

        async Task LoopAsync(TickTurn turn)
        {
            for (var round = 0; round < 3; round++)
            {
                await turn.NextAsync().ConfigureAwait(false);
                threads.Add(Environment.CurrentManagedThreadId);
            }
        }

        for (var round = 1; round <= 3; round++)
        {
            _time.Advance(Beat);
            Assert.Equal(5 * round, threads.Count);
        }

        Assert.All(threads, thread => Assert.Equal(Environment.CurrentManagedThreadId, thread));
        await Task.WhenAll(loops);
    }

    [Fact]
    public async Task The_beat_stands_still_while_nobody_waits()
    {
        using var tick = new SharedTick(_time, Beat);
        Assert.Equal(0, _time.PendingTimers);
        var waiting = new TickTurn(tick).NextAsync().AsTask();
        Assert.Equal(1, _time.PendingTimers);

        _time.Advance(Beat);
        await waiting;
        _time.Advance(Beat);

        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public async Task Long_waits_end_on_a_beat_together()
    {
        using var tick = new SharedTick(_time, Beat);
        var first = new TickTurn(tick).AfterAsync(TimeSpan.FromMilliseconds(210)).AsTask();
        _time.Advance(Beat);
        var second = new TickTurn(tick).AfterAsync(TimeSpan.FromMilliseconds(210)).AsTask();
        for (var beat = 0; beat < 8; beat++)
            _time.Advance(Beat);
        Assert.False(first.IsCompleted || second.IsCompleted);

        for (var beat = 0; beat < 20; beat++)
        {
            _time.Advance(Beat);
            Assert.Equal(first.IsCompleted, second.IsCompleted);
        }

        await first;
    }

    [Fact]
    public async Task Whoever_waits_goes_on_when_the_beat_ends()
    {
        var tick = new SharedTick(_time, Beat);
        var turn = new TickTurn(tick);
        var waiting = turn.NextAsync().AsTask();

        tick.Dispose();

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        await turn.NextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_loop_that_reads_much_leaves_the_thread_of_the_beat_to_the_others()
    {
        using var tick = new SharedTick(_time, Beat);
        var turn = new TickTurn(tick);
        var left = false;
        for (var read = 0; read < 20 && !left; read++)
        {
            var going = turn.AfterAsync(wasFull: true).AsTask();
            left = !going.IsCompleted;
            await going;
        }

        Assert.True(left);
    }

    [Fact]
    public async Task The_clock_of_the_system_beats_too_and_without_one_nobody_waits()
    {
        using var tick = new SharedTick(TimeProvider.System, TimeSpan.FromMilliseconds(1));
        var turn = new TickTurn(tick);
        for (var beat = 0; beat < 5; beat++)
            await turn.NextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.True(new TickTurn(SharedTick.None).AfterAsync(wasFull: false).AsTask().IsCompleted);
    }
}
