namespace PlexBridge.Streaming.Pacing;

/// <summary>
/// One beat for all live sources: who reads from one that brings little at a time waits for it, and it runs them one
/// after another on its own thread: few reads and sends instead of one for each packet. It stands still while nobody
/// waits.
/// </summary>
/// <remarks>Thread-safe. Owner: whoever made it, for all relays together.</remarks>
public sealed class SharedTick : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _interval;
    private readonly ITimer? _timer;
    private readonly AutoResetEvent? _wake;
    private List<TickTurn> _waiting = [];
    private List<TickTurn> _running = [];
    private bool _isTicking;
    private bool _isRunning;
    private bool _isDisposed;

    /// <summary>Makes a beat that stands still.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="interval">From one beat to the next; zero for no beat at all.</param>
    public SharedTick(TimeProvider time, TimeSpan interval)
    {
        ArgumentNullException.ThrowIfNull(time);
        Time = time;
        _interval = interval;
        if (!IsOn)
            return;
        // The system's timers wake one thread to queue the work, a second to do it and a third in case there is more: as much
        // as the work itself when little is watched. A thread of its own waits by itself.
        if (time == TimeProvider.System)
        {
            _wake = new AutoResetEvent(false);
            new Thread(Beat) { IsBackground = true, Name = "tick" }.Start();
        }
        else
        {
            _timer = time.CreateTimer(_ => Run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>No beat: nobody ever waits.</summary>
    public static SharedTick None { get; } = new(TimeProvider.System, TimeSpan.Zero);

    /// <summary>True when there is a beat at all.</summary>
    public bool IsOn => _interval > TimeSpan.Zero;

    internal TimeProvider Time { get; }

    /// <summary>Stops the beat. Whoever waits goes on at once. Doesn't wait for the thread: it may be the one that disposes.</summary>
    public void Dispose()
    {
        TickTurn[] left;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _timer?.Dispose();
            _wake?.Set();
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
                _timer?.Change(_interval, _interval);
                _wake?.Set();
                return;
            }
        }

        turn.RunOnPool();
    }

    /// <summary>The thread of the system's clock.</summary>
    private void Beat()
    {
        var last = Time.GetTimestamp();
        while (!Volatile.Read(ref _isDisposed))
        {
            if (!Volatile.Read(ref _isTicking))
                _wake!.WaitOne();
            // From beat to beat, whatever the work took; what was missed isn't made up for.
            var left = _interval - Time.GetElapsedTime(last);
            if (left > TimeSpan.Zero)
                _wake!.WaitOne(left);
            last = Time.GetTimestamp();
            Run();
        }

        lock (_gate)
            _wake!.Dispose();
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
                if (!_isDisposed)
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
