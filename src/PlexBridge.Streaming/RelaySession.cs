using PlexBridge.Streaming.Buffers;

namespace PlexBridge.Streaming;

/// <summary>
/// One viewer on a relay: a bounded queue that the relay's pump fills without ever waiting, and that the viewer's
/// reply empties in turns, one at a time: take, send, release. A viewer that falls behind is skipped to the next
/// random-access point.
/// </summary>
/// <remarks>
/// Owner: whoever got it from <see cref="RelayHub.OpenAsync"/>; disposing leaves the relay and gives the tuner back.
/// Any thread may use it; its lock guards the queue and the turn, and nobody is called while it is held.
/// </remarks>
public sealed class RelaySession : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SliceQueue _queue = new();
    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly TsBlockPool _blocks;
    private readonly Action<RelaySession> _onDisposed;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action? _onReady;
    private long _lastTaken;
    private bool _isTaking;
    private bool _foundNothing;
    private bool _isSkipping;
    private StreamEnd _end;
    private bool _isDisposed;
    private long _bytesSent;

    internal RelaySession(
        RelayChannel channel, Viewer viewer, SlotLease tuner, RelayOptions options, TsBlockPool blocks, TimeProvider time, Action<RelaySession> onDisposed)
    {
        _blocks = blocks;
        Channel = channel;
        Viewer = viewer;
        Tuner = tuner;
        _options = options;
        _time = time;
        _onDisposed = onDisposed;
        Started = time.GetUtcNow();
        _lastTaken = time.GetTimestamp();
    }

    /// <summary>A short name for logs and pages.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N")[..8];

    /// <summary>What is watched.</summary>
    public RelayChannel Channel { get; }

    /// <summary>Who watches.</summary>
    public Viewer Viewer { get; }

    /// <summary>Which tuner the session takes, from 0.</summary>
    public int TunerIndex => Tuner.Index;

    /// <summary>When the viewer asked.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>How many bytes the viewer's connection has taken.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>How many times the viewer was skipped ahead because it was too slow.</summary>
    public int Skips { get; private set; }

    /// <summary>Why it ended; <see cref="StreamEnd.None"/> while it runs.</summary>
    public StreamEnd End
    {
        get
        {
            lock (_gate)
                return _end;
        }
    }

    /// <summary>Completes when the session has ended.</summary>
    public Task Ended => _ended.Task;

    internal SlotLease Tuner { get; }

    internal Relay? Relay { get; set; }

    /// <summary>True when something waits to be taken.</summary>
    public bool HasMore
    {
        get
        {
            lock (_gate)
                return _queue.Count > 0;
        }
    }

    /// <summary>True when the session has ended, nothing is left to take and no turn is under way.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
                return _end != StreamEnd.None && _queue.Count == 0 && !_isTaking;
        }
    }

    /// <summary>
    /// Has somebody called, at once and whenever there may be something to take or the session has ended: on the pump's own
    /// thread, so that a send which needs no waiting costs no change of thread. It must not block, and replaces the one before.
    /// </summary>
    public void OnReady(Action ready)
    {
        ArgumentNullException.ThrowIfNull(ready);
        lock (_gate)
            _onReady = ready;
        ready();
    }

    /// <summary>
    /// Waits until something can be taken: for whoever would rather wait than be called.
    /// </summary>
    /// <returns>False when the session has ended and nothing is left.</returns>
    public async ValueTask<bool> WaitAsync(CancellationToken token)
    {
        while (true)
        {
            TaskCompletionSource ready;
            lock (_gate)
            {
                if (_queue.Count > 0)
                    return true;
                if (_end != StreamEnd.None)
                    return false;
                _foundNothing = true;
                ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _onReady = () => ready.TrySetResult();
            }

            await ready.Task.WaitAsync(token).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Begins a turn: moves waiting slices to a list, in order, up to a number of bytes (at least one slice).
    /// <see cref="Release"/> ends it.
    /// </summary>
    /// <returns>False when nothing waits, or another turn is under way: whoever ends that one tries again.</returns>
    public bool Take(List<TsSlice> slices, int mostBytes)
    {
        ArgumentNullException.ThrowIfNull(slices);
        lock (_gate)
        {
            if (_isTaking)
                return false;
            _lastTaken = _time.GetTimestamp();
            _foundNothing = _queue.Count == 0;
            if (_foundNothing)
                return false;
            _isTaking = true;
            var bytes = 0;
            while (_queue.Count > 0 && (bytes == 0 || bytes + _queue[0].Length <= mostBytes))
            {
                var slice = _queue.Take();
                bytes += slice.Length;
                slices.Add(slice);
            }

            return true;
        }
    }

    /// <summary>Ends a turn: gives its slices back and counts them as sent.</summary>
    public void Release(List<TsSlice> slices, bool wereSent)
    {
        ArgumentNullException.ThrowIfNull(slices);
        foreach (var slice in slices)
        {
            if (wereSent)
                Interlocked.Add(ref _bytesSent, slice.Length);
            slice.Block.Release();
        }

        slices.Clear();
        lock (_gate)
            _isTaking = false;
    }

    /// <summary>Ends the session with a reason; the first reason stays. What already waits can still be taken.</summary>
    public void Finish(StreamEnd end)
    {
        lock (_gate)
        {
            if (_end != StreamEnd.None)
                return;
            _end = end == StreamEnd.ViewerLeft ? HowItLeft() : end;
        }

        TellOfEnd();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return ValueTask.CompletedTask;
            _isDisposed = true;
            if (_end == StreamEnd.None)
                _end = HowItLeft();
            _queue.Clear();
        }

        TellOfEnd();
        _onDisposed(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Nothing until the next random-access point: the viewer joined where none is kept.</summary>
    internal void SkipToRandomAccess()
    {
        lock (_gate)
            _isSkipping = true;
    }

    /// <summary>The pump's side: adds a slice, never waits.</summary>
    /// <param name="slice">What was published.</param>
    /// <param name="resume">What a viewer that was skipped gets first: packets that announce the jump.</param>
    internal void Offer(in TsSlice slice, ReadOnlySpan<byte> resume)
    {
        lock (_gate)
        {
            if (_isDisposed || _end != StreamEnd.None)
                return;
            if (IsStuck())
            {
                _end = StreamEnd.ViewerTooSlow; // told by the flush that follows
                _queue.Clear();
                return;
            }

            if (_isSkipping && !slice.StartsAtRandomAccess)
                return;
            if (_isSkipping && Skips > 0)
                AnnounceJump(resume);
            _isSkipping = false;
            if (_queue.Bytes + slice.Length > _options.ViewerBacklog)
            {
                Skips++;
                _isSkipping = true;
                _queue.Clear();
                return;
            }

            _queue.Add(slice);
            _foundNothing = false;
        }
    }

    /// <summary>The pump's side, after a number of offers: whoever sends may do so now.</summary>
    internal void Flush()
    {
        Action? ready;
        bool hasEnded;
        lock (_gate)
        {
            hasEnded = _end != StreamEnd.None;
            ready = _queue.Count > 0 && !_isTaking ? _onReady : null;
        }

        if (hasEnded)
            TellOfEnd();
        else
            ready?.Invoke();
    }

    /// <summary>A block of its own for this viewer: the others see no jump.</summary>
    private void AnnounceJump(ReadOnlySpan<byte> resume)
    {
        if (resume.IsEmpty || resume.Length > TsBlock.Capacity)
            return;
        var block = _blocks.Rent();
        resume.CopyTo(block.Bytes);
        _queue.Add(new TsSlice(block, 0, resume.Length, StartsAtRandomAccess: false));
        block.Release();
    }

    /// <summary>The kernel may give a viewer up that takes nothing a moment before we do: that one didn't leave.</summary>
    private StreamEnd HowItLeft() =>
        _isTaking && _time.GetElapsedTime(_lastTaken) >= _options.ViewerStall * 0.8 ? StreamEnd.ViewerTooSlow : StreamEnd.ViewerLeft;

    /// <summary>A viewer is stuck when it has taken nothing for too long although something waited; one that found nothing is not.</summary>
    private bool IsStuck()
    {
        if (!_foundNothing)
            return (_queue.Count > 0 || _isTaking || _isSkipping) && _time.GetElapsedTime(_lastTaken) >= _options.ViewerStall;
        _lastTaken = _time.GetTimestamp();
        return false;
    }

    private void TellOfEnd()
    {
        if (!_ended.TrySetResult())
            return;
        Action? ready;
        lock (_gate)
            ready = _onReady;
        ready?.Invoke();
    }
}
