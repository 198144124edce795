using Microsoft.Extensions.Logging;
using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

/// <summary>
/// All relays and sessions. Asking for a channel takes a tuner, joins the channel's relay or starts one, and waits for
/// the first bytes; a relay whose last viewer left lingers a while, so that zapping back is free.
/// </summary>
/// <remarks>Thread-safe. Owner: the appliance; disposing ends every session with <see cref="StreamEnd.Shutdown"/>.</remarks>
public sealed partial class RelayHub : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Relay> _relays = new(StringComparer.Ordinal);
    private readonly Dictionary<Relay, ITimer> _lingering = [];
    private readonly List<RelaySession> _sessions = [];
    private readonly HashSet<Task> _closing = [];
    private readonly SlotPool _tuners;
    private readonly SourceSlots _sources;
    private readonly SharedTick _tick;
    private readonly RelayContext _context;
    private readonly ILogger _logger;
    private RelayOptions _options;
    private bool _isStopping;

    /// <summary>Makes a hub without any relay.</summary>
    public RelayHub(RelayOptions options, OpenUpstream open, TsBlockPool blocks, TimeProvider time, ILogger<RelayHub> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _logger = logger;
        _sources = new SourceSlots(time);
        _sources.Pressed += GiveWay;
        _tuners = new SlotPool(options.TunerCount, time);
        _tick = new SharedTick(time, options.Tick);
        _context = new RelayContext(open, _sources, blocks, _tick, time, logger);
    }

    /// <summary>Raised, on any thread, when a session opened or ended.</summary>
    public event Action? Changed;

    /// <summary>The numbers for relays started from now on; the number of tuners counts at once.</summary>
    public RelayOptions Options
    {
        get => Volatile.Read(ref _options);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _options, value);
            _tuners.Resize(value.TunerCount);
        }
    }

    /// <summary>
    /// Opens a session on a channel. Waits for a tuner up to the grace, then for the first bytes up to the start limit.
    /// </summary>
    /// <param name="channel">What to watch.</param>
    /// <param name="viewer">Who watches.</param>
    /// <param name="tuner">A tuner by index from 0, or null for any.</param>
    /// <param name="token">Cancelled when the viewer leaves.</param>
    public async ValueTask<OpenResult> OpenAsync(RelayChannel channel, Viewer viewer, int? tuner, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var options = Options;
        var lease = await _tuners.TakeAsync(tuner, options.Grace, token).ConfigureAwait(false);
        if (lease is null)
            return tuner is { } index
                ? new OpenResult.Refused(StreamRefusal.TunerInUse, $"Tuner {index} is in use or doesn't exist.")
                : new OpenResult.Refused(StreamRefusal.AllTunersInUse, $"All {_tuners.Capacity} tuners are in use.");

        var session = new RelaySession(channel, viewer, lease, options, _context.Blocks, _context.Time, OnSessionDisposed);
        if (!TryJoin(session, options))
        {
            lease.Dispose();
            return new OpenResult.Refused(StreamRefusal.SystemBusy, "The appliance is stopping.");
        }

        using var limit = new CancellationTokenSource(options.Start, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            var refused = await WaitForStartAsync(session, limit.Token, either.Token).ConfigureAwait(false);
            if (refused is null)
            {
                LogOpened(session.Id, channel.Number, channel.Name, viewer.Address, lease.Index);
                Changed?.Invoke();
                return new OpenResult.Opened(session);
            }

            session.Finish(StreamEnd.TuneFailed);
            await session.DisposeAsync().ConfigureAwait(false);
            return refused;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The running sessions, oldest first.</summary>
    public IReadOnlyList<SessionSnapshot> Sessions()
    {
        RelaySession[] sessions;
        lock (_gate)
            sessions = [.. _sessions];
        return [.. sessions.Select(SessionSnapshot.Of)];
    }

    /// <summary>Every tuner with the session that holds it.</summary>
    public IReadOnlyList<TunerSnapshot> Tuners()
    {
        var sessions = Sessions();
        return [.. Enumerable.Range(0, _tuners.Capacity).Select(index =>
            new TunerSnapshot(index, sessions.FirstOrDefault(session => session.Tuner == index)))];
    }

    /// <summary>Refuses new viewers from now on; running ones go on.</summary>
    public void StopOpening()
    {
        lock (_gate)
            _isStopping = true;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        StopOpening();
        Relay[] relays;
        Task[] closing;
        lock (_gate)
        {
            relays = [.. _relays.Values];
            closing = [.. _closing];
            foreach (var timer in _lingering.Values)
                timer.Dispose();
            _lingering.Clear();
        }

        foreach (var relay in relays)
            relay.Close(StreamEnd.Shutdown);
        _tick.Dispose();
        foreach (var relay in relays)
            await relay.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(closing).ConfigureAwait(false);
    }

    /// <summary>Null when the session has something to send; else why it won't have any.</summary>
    private static async Task<OpenResult.Refused?> WaitForStartAsync(RelaySession session, CancellationToken limit, CancellationToken token)
    {
        var relay = session.Relay!;
        try
        {
            if (await relay.Started.WaitAsync(token).ConfigureAwait(false) is { } refused)
                return refused;
            return await session.WaitAsync(token).ConfigureAwait(false)
                ? null
                : relay.LastFault ?? new OpenResult.Refused(StreamRefusal.TuneFailed, "The stream ended before it began.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return relay.LastFault ?? new OpenResult.Refused(StreamRefusal.NoVideoData, "No picture came in time.");
        }
    }

    private bool TryJoin(RelaySession session, RelayOptions options)
    {
        _sources.Limit(session.Channel.Streams);
        lock (_gate)
        {
            if (_isStopping)
                return false;
            var key = session.Channel.Key;
            if (!_relays.TryGetValue(key, out var relay) || !relay.TryJoin(session))
            {
                // A relay that is closing still holds its connection; the new one waits for it at the source's slots.
                if (relay is not null)
                    Forget(relay);
                relay = new Relay(session.Channel, options, _context);
                _relays[key] = relay;
                relay.TryJoin(session);
                relay.Start();
                _closing.Add(ForgetWhenDoneAsync(relay));
            }

            if (_lingering.Remove(relay, out var timer))
                timer.Dispose();
            _sessions.Add(session);
            return true;
        }
    }

    private void OnSessionDisposed(RelaySession session)
    {
        var relay = session.Relay;
        lock (_gate)
        {
            _sessions.Remove(session);
            relay?.Leave(session);
            if (relay is { SessionCount: 0 } && !_isStopping)
                Linger(relay);
        }

        session.Tuner.Dispose();
        // Whoever waits for one of its connections waits for exactly this: no lingering then.
        if (relay is { SessionCount: 0 } && _sources.HasWaiters(relay.Channel.Streams))
            CloseIfIdle(relay);
        if (session.End != StreamEnd.TuneFailed)
            LogEnded(session.Id, session.Channel.Number, session.Channel.Name, session.End,
                (_context.Time.GetUtcNow() - session.Started).TotalSeconds, session.BytesSent, session.Skips);
        Changed?.Invoke();
    }

    private void Linger(Relay relay)
    {
        if (!_relays.TryGetValue(relay.Channel.Key, out var current) || current != relay || _lingering.ContainsKey(relay))
            return;
        _lingering[relay] = _context.Time.CreateTimer(_ => CloseIfIdle(relay), null, _options.Linger, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Somebody waits for a connection of a source: whatever of it only lingers gives way at once.</summary>
    private void GiveWay(long sourceId)
    {
        Relay[] idle;
        lock (_gate)
            idle = [.. _lingering.Keys.Where(relay => relay.Channel.Streams.Any(stream => stream.SourceId == sourceId))];
        foreach (var relay in idle)
            CloseIfIdle(relay);
    }

    private void CloseIfIdle(Relay relay)
    {
        lock (_gate)
        {
            if (!relay.TryClose())
                return;
            Forget(relay);
        }

        relay.Stop();
    }

    private void Forget(Relay relay)
    {
        if (_relays.TryGetValue(relay.Channel.Key, out var current) && current == relay)
            _relays.Remove(relay.Channel.Key);
        if (_lingering.Remove(relay, out var timer))
            timer.Dispose();
    }

    /// <summary>When a relay's pump has ended, by itself or closed, nothing of it is kept.</summary>
    private async Task ForgetWhenDoneAsync(Relay relay)
    {
        await relay.Pumping.ConfigureAwait(false);
        lock (_gate)
        {
            Forget(relay);
            _closing.RemoveWhere(task => task.IsCompleted);
        }
    }
}
