using PlexBridge.Formats.HdHomeRun;

namespace PlexBridge.Tuner;

/// <summary>
/// The channel scan that Plex asks for while it sets a device up. There is nothing to scan: the lineup is published anew
/// at once, and a few seconds of progress are shown because clients poll until a scan has ended. Thread-safe.
/// </summary>
internal sealed class LineupScan(TimeProvider time, Func<CancellationToken, Task> republishAsync)
{
    // Long enough to be seen running by a client that polls each second, short enough not to be waited for.
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RepublishInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _started;
    private long? _republished;

    /// <summary>Starts a scan, or leaves the running one alone; publishes the lineup anew, at most once a second.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!IsRunning)
                _started = time.GetTimestamp();
            if (_republished is { } last && time.GetElapsedTime(last) < RepublishInterval)
                return Task.CompletedTask;
            _republished = time.GetTimestamp();
        }
        return republishAsync(cancellationToken);
    }

    public void Abort()
    {
        lock (_gate)
            _started = null;
    }

    /// <param name="channelCount">How many channels the lineup has: a scan finds them evenly.</param>
    public LineupStatus Status(int channelCount)
    {
        lock (_gate)
        {
            if (!IsRunning)
                return new LineupStatus.Idle();
            var progress = (int)(time.GetElapsedTime(_started!.Value).Ticks * 100 / Length.Ticks);
            return new LineupStatus.Scanning(progress, channelCount * progress / 100);
        }
    }

    private bool IsRunning => _started is { } started && time.GetElapsedTime(started) < Length;
}
