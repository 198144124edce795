using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests;

public sealed class SlotPoolTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Freed_slots_go_to_the_waiters_in_order()
    {
        var pool = new SlotPool(1, _time);
        var held = await pool.TakeAsync(null, Grace, default);
        var first = pool.TakeAsync(null, Grace, default).AsTask();
        var second = pool.TakeAsync(null, Grace, default).AsTask();

        held!.Dispose();

        var lease = await first;
        Assert.NotNull(lease);
        Assert.False(second.IsCompleted);
        lease.Dispose();
        Assert.NotNull(await second);
    }

    [Fact]
    public async Task A_named_slot_is_waited_for_while_others_are_free()
    {
        var pool = new SlotPool(3, _time);
        var held = await pool.TakeAsync(1, Grace, default);
        var waiting = pool.TakeAsync(1, Grace, default).AsTask();

        Assert.Equal(0, (await pool.TakeAsync(null, Grace, default))!.Index);
        held!.Dispose();

        Assert.Equal(1, (await waiting)!.Index);
    }

    [Fact]
    public async Task Nothing_comes_after_the_grace_and_a_slot_that_does_not_exist_is_refused_at_once()
    {
        var pool = new SlotPool(1, _time);
        var held = await pool.TakeAsync(null, Grace, default);
        var waiting = pool.TakeAsync(null, Grace, default).AsTask();

        Assert.Null(await pool.TakeAsync(5, Grace, default));
        _time.Advance(Grace);

        Assert.Null(await waiting);
        held!.Dispose();
        Assert.NotNull(await pool.TakeAsync(null, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task A_smaller_pool_counts_those_still_out()
    {
        var pool = new SlotPool(2, _time);
        var a = await pool.TakeAsync(null, Grace, default);
        var b = await pool.TakeAsync(null, Grace, default);
        pool.Resize(1);

        a!.Dispose();
        Assert.Null(await pool.TakeAsync(null, TimeSpan.Zero, default));
        b!.Dispose();
        Assert.Equal(0, (await pool.TakeAsync(null, TimeSpan.Zero, default))!.Index);
    }

    [Fact]
    public async Task Never_more_than_the_capacity_are_out_under_a_storm()
    {
        var pool = new SlotPool(3, TimeProvider.System);
        var out_ = 0;
        var most = 0;

        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (index, token) =>
        {
            using var lease = await pool.TakeAsync(null, TimeSpan.FromSeconds(30), token);
            var now = Interlocked.Increment(ref out_);
            InterlockedMax(ref most, now);
            if (index % 7 == 0)
                await Task.Yield();
            Interlocked.Decrement(ref out_);
        });

        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task A_cancelled_waiter_leaves_the_line()
    {
        var pool = new SlotPool(1, _time);
        var held = await pool.TakeAsync(null, Grace, default);
        using var cancel = new CancellationTokenSource();
        var waiting = pool.TakeAsync(null, Grace, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held!.Dispose();
        Assert.NotNull(await pool.TakeAsync(null, TimeSpan.Zero, default));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
