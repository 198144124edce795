using System.Threading.Tasks.Sources;

namespace PlexBridge.Streaming;

/// <summary>
/// One beat for all relays: pumps whose sources bring little at a time wait for it, and it runs them one after another on
/// its own thread. The timer stands still while nobody waits.
/// </summary>
/// <remarks>Thread-safe. Owner: <see cref="RelayHub"/>.</remarks>
internal sealed class SharedTick(TimeProvider time, TimeSpan interval) : IDisposable
{
    private readonly Lock _gate = new();
    private List<TickTurn> _waiting = [];
    private List<TickTurn> _running = [];
    private ITimer? _timer;
    private bool _isTicking;
    private bool _isRunning;
    private bool _isDisposed;

    /// <summary>True when there is a beat at all.</summary>
    public bool IsOn => interval > TimeSpan.Zero;

    /// <summary>Runs a turn at the next beat.</summary>
    public void Add(TickTurn turn)
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _waiting.Add(turn);
                if (_isTicking)
                    return;
                _isTicking = true;
                _timer ??= time.CreateTimer(static tick => ((SharedTick)tick!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(interval, interval);
                return;
            }
        }

        turn.RunOnPool();
    }

    /// <summary>Stops the beat. Whoever waits goes on at once.</summary>
    public void Dispose()
    {
        TickTurn[] left;
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
            _timer = null;
            left = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var turn in left)
            turn.RunOnPool();
    }

    private void Run()
    {
        lock (_gate)
        {
            // The beat before still runs: what waits now waits for the next one.
            if (_isRunning)
                return;
            if (_waiting.Count == 0)
            {
                _isTicking = false;
                _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            _isRunning = true;
            (_waiting, _running) = (_running, _waiting);
        }

        foreach (var turn in _running)
            turn.Run();
        lock (_gate)
        {
            _running.Clear();
            _isRunning = false;
        }
    }
}

/// <summary>One pump's place in the beat. Awaited by one loop at a time; allocates nothing.</summary>
internal sealed class TickTurn(SharedTick tick) : IValueTaskSource, IThreadPoolWorkItem
{
    /// <summary>A read of so many bytes is worth its price: the next one follows at once.</summary>
    private const int Enough = 64 * 1024;

    private ManualResetValueTaskSourceCore<bool> _core; // Continuations run inline: that is the point of a shared beat.
    private bool _isOnBeat;

    /// <summary>After a read: waits for the next beat when it brought little.</summary>
    public ValueTask AfterAsync(int bytesRead)
    {
        if (!tick.IsOn)
            return default;
        if (bytesRead >= Enough)
        {
            if (!_isOnBeat)
                return default;
            // A source that has much would keep the others waiting on the beat's thread.
            _isOnBeat = false;
            _core.Reset();
            RunOnPool();
        }
        else
        {
            _isOnBeat = true;
            _core.Reset();
            tick.Add(this);
        }

        return new ValueTask(this, _core.Version);
    }

    /// <summary>Not on the beat, but now.</summary>
    public void RunOnPool() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>The beat's side.</summary>
    public void Run() => _core.SetResult(true);

    void IThreadPoolWorkItem.Execute() => Run();

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
