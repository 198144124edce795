namespace PlexBridge.Streaming.Pacing;

/// <summary>
/// One beat for all live sources: who reads from one that brings little at a time waits for it, and it runs them one
/// after another on its own thread: few reads and sends instead of one for each packet. The timer stands still while
/// nobody waits.
/// </summary>
/// <remarks>Thread-safe. Owner: whoever made it, for all relays together.</remarks>
public sealed class SharedTick(TimeProvider time, TimeSpan interval) : IDisposable
{
    private readonly Lock _gate = new();
    private List<TickTurn> _waiting = [];
    private List<TickTurn> _running = [];
    private ITimer? _timer;
    private bool _isTicking;
    private bool _isRunning;
    private bool _isDisposed;

    /// <summary>No beat: nobody ever waits.</summary>
    public static SharedTick None { get; } = new(TimeProvider.System, TimeSpan.Zero);

    /// <summary>True when there is a beat at all.</summary>
    public bool IsOn => interval > TimeSpan.Zero;

    internal TimeProvider Time => time;

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

    /// <summary>Runs a turn at the next beat.</summary>
    internal void Add(TickTurn turn)
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
