using PlexBridge.Streaming.Buffers;

namespace PlexBridge.Streaming;

/// <summary>
/// One viewer on a relay: a bounded queue that the relay's pump fills without ever waiting, and that the viewer's
/// reply empties. A viewer that falls behind is skipped to the next random-access point.
/// </summary>
/// <remarks>
/// Owner: whoever got it from <see cref="RelayHub.OpenAsync"/>; disposing leaves the relay and gives the tuner back.
/// The pump and one reader may use it at the same time; its lock guards the queue.
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
    private TaskCompletionSource? _waiting;
    private long _lastTaken;
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

    /// <summary>
    /// Waits until something can be taken.
    /// </summary>
    /// <returns>False when the session has ended and nothing is left.</returns>
    public async ValueTask<bool> WaitAsync(CancellationToken token)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_queue.Count > 0)
                    return true;
                if (_end != StreamEnd.None)
                    return false;
                _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiting.Task;
            }

            await wait.WaitAsync(token).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Moves waiting slices to a list, in order, up to a number of bytes (at least one slice if any waits).
    /// The caller releases them with <see cref="Release"/> when they have been sent.
    /// </summary>
    public void Take(List<TsSlice> slices, int mostBytes)
    {
        ArgumentNullException.ThrowIfNull(slices);
        lock (_gate)
        {
            _lastTaken = _time.GetTimestamp();
            var bytes = 0;
            while (_queue.Count > 0 && (bytes == 0 || bytes + _queue[0].Length <= mostBytes))
            {
                var slice = _queue.Take();
                bytes += slice.Length;
                slices.Add(slice);
            }
        }
    }

    /// <summary>Gives taken slices back and counts them as sent.</summary>
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
    }

    /// <summary>Ends the session with a reason; the first reason stays. What already waits can still be taken.</summary>
    public void Finish(StreamEnd end)
    {
        lock (_gate)
        {
            if (_end != StreamEnd.None)
                return;
            _end = end;
            Wake();
        }
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
                _end = StreamEnd.ViewerLeft;
            _queue.Clear();
            Wake();
        }

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
                _end = StreamEnd.ViewerTooSlow;
                _queue.Clear();
                Wake();
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
            Wake();
        }
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

    /// <summary>A viewer is stuck when it has taken nothing for too long although something waited; one that waits itself is not.</summary>
    private bool IsStuck()
    {
        if (_waiting is null)
            return (_queue.Count > 0 || _isSkipping) && _time.GetElapsedTime(_lastTaken) >= _options.ViewerStall;
        _lastTaken = _time.GetTimestamp();
        return false;
    }

    private void Wake()
    {
        if (_end != StreamEnd.None)
            _ended.TrySetResult();
        _waiting?.TrySetResult();
        _waiting = null;
    }
}
