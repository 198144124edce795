using System.Threading.Tasks.Sources;

namespace PlexBridge.Streaming.Pacing;

/// <summary>One loop's place in the shared beat. Awaited by that loop alone; allocates nothing.</summary>
internal sealed class TickTurn(SharedTick tick) : IValueTaskSource, IThreadPoolWorkItem
{
    /// <summary>After so many full reads in a row the loop leaves the beat's thread to the others.</summary>
    private const int MostFullReads = 8;

    private ManualResetValueTaskSourceCore<bool> _core; // Continuations run inline: that is the point of a shared beat.
    private int _fullReads;
    private int _isWaiting;

    /// <summary>True where there is a beat to wait for.</summary>
    public bool IsOn => tick.IsOn;

    /// <summary>When the turn is to run, as a timestamp; guarded by the beat's lock.</summary>
    internal long Due { get; set; }

    /// <summary>After a read: goes on at once when it brought all it could, else at the next beat.</summary>
    /// <param name="wasFull">Whether it brought all it could.</param>
    /// <param name="isFast">So much comes that a whole beat's worth of it would leave the processor's caches: sooner then.</param>
    public ValueTask AfterAsync(bool wasFull, bool isFast = false)
    {
        if (!tick.IsOn)
            return default;
        if (!wasFull)
            return WaitAsync(TimeSpan.Zero, isFast);
        if (++_fullReads < MostFullReads)
            return default;
        var wait = Begin();
        RunOnPool();
        return wait;
    }

    /// <summary>Waits for the next beat.</summary>
    public ValueTask NextAsync() => WaitAsync(TimeSpan.Zero, isHurried: false);

    /// <summary>Waits for the first beat after a time.</summary>
    public ValueTask AfterAsync(TimeSpan time) => WaitAsync(time, isHurried: false);

    /// <summary>The beat's side.</summary>
    public void Run()
    {
        if (Interlocked.Exchange(ref _isWaiting, 0) == 1)
            _core.SetResult(true);
    }

    /// <summary>Not on the beat, but now.</summary>
    public void RunOnPool() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute() => Run();

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private ValueTask WaitAsync(TimeSpan notBefore, bool isHurried)
    {
        var wait = Begin();
        tick.Add(this, notBefore, isHurried);
        return wait;
    }

    private ValueTask Begin()
    {
        _fullReads = 0;
        _core.Reset();
        Volatile.Write(ref _isWaiting, 1);
        return new ValueTask(this, _core.Version);
    }
}
