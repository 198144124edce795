namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// The one timer of a connection: what is expected next, by when, and what it means if it doesn't come. Its token ends
/// the reading; the reason is there before the cancellation.
/// </summary>
internal sealed class UpstreamWatch : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private long _expectedAt;
    private TimeSpan _within = Timeout.InfiniteTimeSpan;
    private (UpstreamFault Fault, string Why) _reason;

    public UpstreamWatch(TimeProvider time, CancellationToken stop)
    {
        _time = time;
        _source = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _timer = time.CreateTimer(static watch => ((UpstreamWatch)watch!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Why the token was cancelled.</summary>
    public (UpstreamFault Fault, string Why) Reason
    {
        get
        {
            lock (_gate)
                return _reason;
        }
    }

    /// <summary>
    /// Something has come; the next must come within a time. Called for every read, so it only notes the moment: the
    /// timer runs on and looks at the note when it fires.
    /// </summary>
    public void Expect(TimeSpan within, UpstreamFault fault, string why)
    {
        lock (_gate)
        {
            _expectedAt = _time.GetTimestamp();
            _reason = (fault, why);
            if (_within == within)
                return;
            _within = within;
            _timer.Change(within, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Check()
    {
        lock (_gate)
        {
            var left = _within - _time.GetElapsedTime(_expectedAt);
            if (left > TimeSpan.Zero)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection ended by itself in the same instant.
        }
    }
}
