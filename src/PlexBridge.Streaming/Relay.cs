using Microsoft.Extensions.Logging;
using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Pacing;
using PlexBridge.Streaming.Splice;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

/// <summary>What a relay shares with all others.</summary>
internal sealed record RelayContext(
    OpenUpstream Open, SourceSlots Sources, TsBlockPool Blocks, SharedTick Tick, TimeProvider Time, ILogger Logger);

/// <summary>
/// One upstream fanned out to any number of sessions. Its pump reads, splices, publishes and hands each session the chance
/// to send; it never waits for a viewer.
/// </summary>
/// <remarks>
/// Owner: <see cref="RelayHub"/>. The lock guards sessions and what joiners get, and is never held while anybody sends;
/// everything else belongs to the pump.
/// </remarks>
internal sealed class Relay : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly RelayHistory _history;
    private readonly PacketWriter _writer;
    private readonly SpliceOutput _output;
    private readonly RelayPump _pump;
    private readonly CancellationTokenSource _stop = new();
    private Task _pumping = Task.CompletedTask;
    private bool _isClosing;

    /// <summary>Replaced as a whole under the lock, so that the pump can go through it without.</summary>
    private volatile RelaySession[] _sessions = [];

    public Relay(RelayChannel channel, RelayOptions options, RelayContext context)
    {
        Channel = channel;
        _history = new RelayHistory(options.JoinBudget);
        _writer = new PacketWriter(context.Blocks) { OnSlice = Publish, OnFlush = Flush };
        _output = new SpliceOutput(_writer);
        _pump = new RelayPump(channel, options, context, _output, NeedsJoinPoint, () => SessionCount);
    }

    public RelayChannel Channel { get; }

    /// <summary>Completes with null when the first bytes are there, else with the refusal for everybody who waited.</summary>
    public Task<OpenResult.Refused?> Started => _pump.Started;

    /// <summary>The pump, for whoever wants to know when the connection to the source is gone.</summary>
    public Task Pumping => _pumping;

    /// <summary>What is known of the stream at the moment.</summary>
    public RelayPicture Picture => _pump.Picture;

    /// <summary>How the last attempt failed, as a refusal; null while none has.</summary>
    public OpenResult.Refused? LastFault => _pump.LastFault;

    public int SessionCount => _sessions.Length;

    /// <summary>
    /// Starts the pump, once, after the first viewer has joined. It runs on the pool from its first step: whoever opens a
    /// relay must not wait for it.
    /// </summary>
    public void Start() => _pumping = Task.Run(PumpAsync);

    /// <summary>Adds a viewer, who gets the newest complete group of pictures and what follows it at once; false when the relay is closing.</summary>
    public bool TryJoin(RelaySession session)
    {
        lock (_gate)
        {
            if (_isClosing)
                return false;
            session.Relay = this;
            for (var index = 0; index < _history.Count; index++)
                session.Offer(_history[index], default);
            if (!_history.CanJoin)
                session.SkipToRandomAccess();
            _sessions = [.. _sessions, session];
            return true;
        }
    }

    public void Leave(RelaySession session)
    {
        lock (_gate)
            _sessions = [.. _sessions.Where(other => other != session)];
    }

    /// <summary>Lets nobody join any more if nobody watches; true when it is closing. The caller stops it, outside its locks.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            if (_sessions.Length > 0 && !_isClosing)
                return false;
            _isClosing = true;
        }

        return true;
    }

    /// <summary>Ends the pump, and with it the connection to the source.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Ends all sessions with a reason and closes.</summary>
    public void Close(StreamEnd end)
    {
        if (end == StreamEnd.Shutdown)
            _pump.Refuse(new OpenResult.Refused(StreamRefusal.SystemBusy, "The appliance is stopping."));
        FinishSessions(end);
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Close(StreamEnd.Shutdown);
        // The source of cancellation is left to the collector: a linger timer may still be on its way to it.
        await _pumping.ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        var end = StreamEnd.SourceLost;
        try
        {
            end = await _pump.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            FinishSessions(end);
            lock (_gate)
                _history.Clear();
            _writer.Dispose();
        }
    }

    /// <summary>True while nobody could join: the pump is to make the next unit a point to join at.</summary>
    private bool NeedsJoinPoint()
    {
        lock (_gate)
            return !_history.CanJoin;
    }

    /// <summary>Called by the writer with each finished slice.</summary>
    private void Publish(TsSlice slice)
    {
        lock (_gate)
        {
            _history.Add(slice);
            foreach (var session in _sessions)
                session.Offer(slice, _output.Resume);
        }
    }

    /// <summary>Called by the writer when a read is published as a whole: each session may send, one after another, none waiting.</summary>
    private void Flush()
    {
        foreach (var session in _sessions)
            session.Flush();
    }

    private void FinishSessions(StreamEnd end)
    {
        lock (_gate)
            _isClosing = true;
        foreach (var session in _sessions)
            session.Finish(end);
    }
}
