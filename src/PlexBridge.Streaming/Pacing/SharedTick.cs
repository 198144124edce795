namespace PlexBridge.Streaming.Pacing;

/// <summary>
/// One beat for all live sources: who reads from one that brings little at a time waits for it, and it runs them one
/// after another on its own thread: few reads and sends instead of one for each packet. It stands still while nobody
/// waits.
/// </summary>
/// <remarks>Thread-safe. Owner: whoever made it, for all relays together.</remarks>
public sealed class SharedTick : IDisposable
{
    /// <summary>How many times in a beat those are served that are in a hurry.</summary>
    private const int Hurry = 4;

    /// <summary>Who is due within this part of a beat is served with the others.</summary>
    private const int Early = 10;

    /// <summary>How many beats lie between those on which long waits end.</summary>
    private const int Bar = 10;

    private readonly Lock _gate = new();
    private readonly TimeSpan _interval;
    private readonly ITimer? _timer;
    private readonly AutoResetEvent? _wake;
    private readonly List<TickTurn> _waiting = [];
    private readonly List<TickTurn> _running = [];
    private readonly long _ticks;
    private long _last;
    private long _sleepsUntil = long.MaxValue;
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
        _ticks = (long)(interval.TotalSeconds * time.TimestampFrequency);
        _last = time.GetTimestamp() - _ticks;
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

    /// <summary>Runs a turn at the first beat that isn't before its time, or between two beats when it is in a hurry.</summary>
    internal void Add(TickTurn turn, TimeSpan notBefore, bool isHurried)
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                turn.Due = DueOf(notBefore, isHurried);
                _waiting.Add(turn);
                if (!_isTicking)
                {
                    _isTicking = true;
                    _timer?.Change(_interval, _interval);
                }

                // The beat's own thread looks anyway when it has run all others.
                if (!_isRunning && turn.Due < _sleepsUntil)
                    _wake?.Set();
                return;
            }
        }

        turn.RunOnPool();
    }

    private long DueOf(TimeSpan notBefore, bool isHurried)
    {
        var now = Time.GetTimestamp();
        if (isHurried)
            return now + (_ticks / Hurry);
        var next = _last + _ticks;
        var wanted = now + (long)(notBefore.TotalSeconds * Time.TimestampFrequency);
        if (wanted <= next)
            return next;
        // One waking for all who can wait: the code and the memory that they share are then in the caches.
        var bar = _ticks * Bar;
        return (wanted + bar - 1) / bar * bar;
    }

    /// <summary>The thread of the system's clock.</summary>
    private void Beat()
    {
        while (true)
        {
            TimeSpan wait;
            lock (_gate)
            {
                if (_isDisposed)
                    break;
                _sleepsUntil = long.MaxValue;
                foreach (var turn in _waiting)
                    _sleepsUntil = Math.Min(_sleepsUntil, turn.Due);
                wait = _sleepsUntil == long.MaxValue ? Timeout.InfiniteTimeSpan : Time.GetElapsedTime(Time.GetTimestamp(), _sleepsUntil);
                if (_waiting.Count == 0)
                    _isTicking = false;
            }

            if (wait == Timeout.InfiniteTimeSpan)
                _wake!.WaitOne();
            else if (wait > TimeSpan.Zero)
                _wake!.WaitOne((int)Math.Ceiling(wait.TotalMilliseconds));
            else
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

            TakeDue();
            _isRunning = true;
        }

        foreach (var turn in _running)
            turn.Run();
        lock (_gate)
        {
            _running.Clear();
            _isRunning = false;
        }
    }

    private void TakeDue()
    {
        var now = Time.GetTimestamp();
        // From beat to beat, whatever the work took; what was missed isn't made up for.
        if (now >= _last + _ticks)
            _last = now;
        var until = now + (_ticks / Early);
        var left = 0;
        for (var index = 0; index < _waiting.Count; index++)
        {
            var turn = _waiting[index];
            if (turn.Due <= until)
                _running.Add(turn);
            else
                _waiting[left++] = turn;
        }

        _waiting.RemoveRange(left, _waiting.Count - left);
    }
}
