using Microsoft.Extensions.Logging;
using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Splice;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

/// <summary>What a relay shares with all others.</summary>
internal sealed record RelayContext(
    OpenUpstream Open, SourceSlots Sources, TsBlockPool Blocks, TimeProvider Time, ILogger Logger);

/// <summary>
/// One upstream fanned out to any number of sessions. A single pump reads, splices and publishes; it never waits for a
/// viewer. When the source fails it is opened again, or the next stream of the channel is, while the sessions stay.
/// </summary>
/// <remarks>Owner: <see cref="RelayHub"/>. The lock guards sessions and the join queue; everything else belongs to the pump.</remarks>
internal sealed partial class Relay : IAsyncDisposable
{
    /// <summary>How far ahead of real time a bursty source may run: it covers the next segment's fetch.</summary>
    private static readonly TimeSpan BurstLead = TimeSpan.FromSeconds(2);

    /// <summary>How long after the first unit a random-access point may take before any unit will do.</summary>
    private static readonly TimeSpan RandomAccessWait = TimeSpan.FromSeconds(4);

    /// <summary>A picture that lasted this long counts as success.</summary>
    private static readonly TimeSpan SoundPicture = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly RelayContext _context;
    private readonly ILogger _logger;
    private readonly RelayOptions _options;
    private readonly List<RelaySession> _sessions = [];
    private readonly SliceQueue _sinceRandomAccess = new();
    private readonly PacketWriter _writer;
    private readonly SpliceOutput _output;
    private readonly Dictionary<long, UpstreamMemory> _memories = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<OpenResult.Refused?> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _pump = Task.CompletedTask;
    private StreamEnd _end;
    private bool _isClosing;
    private bool _canJoin;
    private RelayPicture _picture = RelayPicture.None;
    private OpenResult.Refused? _lastFault;

    public Relay(RelayChannel channel, RelayOptions options, RelayContext context)
    {
        Channel = channel;
        _options = options;
        _context = context;
        _logger = context.Logger;
        _writer = new PacketWriter(context.Blocks) { OnSlice = Publish };
        _output = new SpliceOutput(_writer);
    }

    public RelayChannel Channel { get; }

    /// <summary>Completes with null when the first bytes are there, else with the refusal for everybody who waited.</summary>
    public Task<OpenResult.Refused?> Started => _started.Task;

    /// <summary>The pump, for whoever wants to know when the connection to the source is gone.</summary>
    public Task Pump => _pump;

    /// <summary>What is known of the stream at the moment.</summary>
    public RelayPicture Picture => Volatile.Read(ref _picture);

    /// <summary>How the last attempt failed, as a refusal; null while none has.</summary>
    public OpenResult.Refused? LastFault => Volatile.Read(ref _lastFault);

    public int SessionCount
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    /// <summary>
    /// Starts the pump, once, after the first viewer has joined. It runs on the pool from its first step: whoever opens a
    /// relay must not wait for it.
    /// </summary>
    public void Start() => _pump = Task.Run(PumpAsync);

    /// <summary>Adds a viewer, who gets what came since the newest random-access point at once; false when the relay is closing.</summary>
    public bool TryJoin(RelaySession session)
    {
        lock (_gate)
        {
            if (_isClosing)
                return false;
            session.Relay = this;
            for (var index = 0; index < _sinceRandomAccess.Count; index++)
                session.Offer(_sinceRandomAccess[index], default);
            if (!_canJoin)
                session.SkipToRandomAccess();
            _sessions.Add(session);
            return true;
        }
    }

    public void Leave(RelaySession session)
    {
        lock (_gate)
            _sessions.Remove(session);
    }

    /// <summary>Lets nobody join any more if nobody watches; true when it is closing. The caller stops it, outside its locks.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            if (_sessions.Count > 0 && !_isClosing)
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
            _started.TrySetResult(new OpenResult.Refused(StreamRefusal.SystemBusy, "The appliance is stopping."));
        FinishSessions(end);
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Close(StreamEnd.Shutdown);
        // The source of cancellation is left to the collector: a linger timer may still be on its way to it.
        await _pump.ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        try
        {
            await RunAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Closed: nobody watches any more, or the appliance stops.
        }
        catch (Exception exception)
        {
            LogPumpFailed(exception, Channel.Number, Channel.Name);
        }
        finally
        {
            FinishSessions(_end == StreamEnd.None ? StreamEnd.SourceLost : _end);
            _started.TrySetResult(new OpenResult.Refused(StreamRefusal.TuneFailed, "The relay was closed before it started."));
            lock (_gate)
                _sinceRandomAccess.Clear();
            _writer.Dispose();
        }
    }

    private async Task RunAsync()
    {
        var begun = _context.Time.GetTimestamp();
        var lastGood = begun;
        var backoff = new Backoff();
        using var slot = new RelaySlot(_context.Sources);
        string? lastDetail = null;
        for (var attempt = 0; ; attempt++)
        {
            var stream = Channel.Streams[attempt % Channel.Streams.Count];
            var opened = _context.Time.GetTimestamp();
            var fault = await TryStreamAsync(stream, slot).ConfigureAwait(false);
            Volatile.Write(ref _lastFault, new OpenResult.Refused(Refuse(fault.Fault), fault.Detail));
            // A server that lets everybody in and cuts them off at once is no better than one that refuses.
            if (fault.HadPicture && _context.Time.GetElapsedTime(opened) >= SoundPicture)
            {
                lastGood = _context.Time.GetTimestamp();
                backoff.Reset();
            }

            // The first of a row only: an outage is one event, however often it is tried again.
            if (fault.HadPicture || fault.Detail != lastDetail)
                LogFault(Channel.Number, Channel.Name, stream.Name, fault.Fault, fault.Detail);
            lastDetail = fault.Detail;
            SetPicture(RelayPicture.None with { State = "reconnecting", Fault = fault.Detail });
            if (!Started.IsCompleted)
            {
                var isHopeless = fault.Fault is UpstreamFault.Unsupported or UpstreamFault.Protected && Channel.Streams.Count == 1;
                if (!isHopeless && attempt + 1 < Math.Max(2, Channel.Streams.Count) && _context.Time.GetElapsedTime(begun) < _options.Start)
                {
                    await PauseAsync(backoff).ConfigureAwait(false);
                    continue;
                }

                _end = StreamEnd.TuneFailed;
                _started.TrySetResult(_lastFault);
                return;
            }

            if (_context.Time.GetElapsedTime(lastGood) >= _options.Outage)
            {
                LogOutage(Channel.Number, Channel.Name, _options.Outage.TotalSeconds);
                _end = StreamEnd.SourceLost;
                return;
            }

            await PauseAsync(backoff).ConfigureAwait(false);
        }
    }

    /// <summary>Opens one stream and relays it until it fails.</summary>
    private async Task<RelayFault> TryStreamAsync(StreamAddress stream, RelaySlot slot)
    {
        if (!await slot.MoveToAsync(stream, _options.Grace, _stop.Token).ConfigureAwait(false))
            return new RelayFault(UpstreamFault.SourceBusy, $"All {stream.ConnectionLimit} connections of the source are in use.", false);

        using var watch = new UpstreamWatch(_context.Time, _stop.Token);
        var intake = new StreamIntake(_output, _context.Time, RandomAccessWait);
        try
        {
            watch.Expect(_options.Attempt, UpstreamFault.Stalled, $"nothing came within {_options.Attempt.TotalSeconds:0.#} s");
            await using var upstream = await _context.Open(stream, ConnectLimit, MemoryOf(stream), watch.Token).ConfigureAwait(false);
            return await PumpAsync(stream, upstream, intake, watch).ConfigureAwait(false);
        }
        catch (UpstreamException exception)
        {
            return new RelayFault(exception.Fault, exception.Message, intake.HasStarted);
        }
        catch (IOException exception)
        {
            return new RelayFault(UpstreamFault.Ended, $"{stream.Url} broke off: {exception.Message}", intake.HasStarted);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            var (fault, why) = watch.Reason;
            if (!intake.HasStarted && intake.ScrambledPackets > 0)
                (fault, why) = (UpstreamFault.Protected, "the stream is scrambled; it can't be relayed");
            else if (intake.HasSeenUnit && !intake.HasStarted)
                fault = UpstreamFault.NoPicture;
            return new RelayFault(fault, $"{stream.Url}: {why}", intake.HasStarted);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever a source makes our own code do must cost its connection, not its viewers.
            LogPumpFailed(exception, Channel.Number, Channel.Name);
            return new RelayFault(UpstreamFault.NotTransportStream, $"{stream.Url} sent something that could not be read ({exception.GetType().Name})", intake.HasStarted);
        }
    }

    private async Task<RelayFault> PumpAsync(StreamAddress stream, IUpstream upstream, StreamIntake intake, UpstreamWatch watch)
    {
        var pacer = upstream.ArrivesInBursts ? new PcrPacer(_context.Time, BurstLead) : null;
        var rate = new BitRate(_context.Time);
        // Small reads where the pace is ours to keep, large ones where the source keeps it.
        var buffer = new byte[pacer is null ? 256 * 1024 : 32 * 1024];
        var stall = upstream.StallLimit ?? _options.Stall;
        while (true)
        {
            var read = await upstream.ReadAsync(buffer, watch.Token).ConfigureAwait(false);
            if (read == 0 && !intake.HasPackets && upstream.Kind == HttpTsUpstream.KindName)
                return new RelayFault(UpstreamFault.NotTransportStream, $"{stream.Url} answered with something that is no transport stream", false);
            if (read == 0)
                return new RelayFault(UpstreamFault.Ended, $"{stream.Url}: the source ended the stream", intake.HasStarted);
            rate.Add(read);
            if (upstream.TakeDiscontinuity())
                _output.MarkJump();
            var hadSeenUnit = intake.HasSeenUnit;
            lock (_gate)
                intake.NeedsJoinPoint = intake.HasStarted && !_canJoin;
            intake.Feed(buffer.AsSpan(0, read));
            if (intake.IsOther)
                return new RelayFault(UpstreamFault.NotTransportStream, $"{stream.Url} delivers something that is no transport stream", intake.HasStarted);

            if (intake.HasStarted)
            {
                watch.Expect(stall, UpstreamFault.Stalled, $"nothing came for {stall.TotalSeconds:0.#} s");
                Announce(stream, upstream, intake, rate);
                if (pacer is not null)
                {
                    await pacer.WaitAsync(_output.Pcr, _stop.Token).ConfigureAwait(false);
                    watch.Expect(stall, UpstreamFault.Stalled, $"nothing came for {stall.TotalSeconds:0.#} s");
                }
            }
            else if (intake.HasSeenUnit && !hadSeenUnit)
            {
                // Delivering, but no key picture yet: a moment more, until any unit will do.
                watch.Expect(RandomAccessWait + _options.Attempt, UpstreamFault.NoPicture, "no picture to start with came in time");
            }
        }
    }

    private void Announce(StreamAddress stream, IUpstream upstream, StreamIntake intake, BitRate rate)
    {
        if (!rate.HasNews && Picture.State == "live")
            return;
        SetPicture(new RelayPicture(
            "live", stream.Name, upstream.Kind, intake.Map?.Video?.Codec, intake.Map?.Audio?.Codec, rate.BitsPerSecond, null));
        _started.TrySetResult(null);
    }

    /// <summary>Called by the writer with each finished slice.</summary>
    private void Publish(TsSlice slice)
    {
        lock (_gate)
        {
            if (slice.StartsAtRandomAccess)
            {
                _sinceRandomAccess.Clear();
                _canJoin = true;
            }

            if (_canJoin && _sinceRandomAccess.Bytes + slice.Length > _options.JoinBudget)
            {
                // A group of pictures larger than the budget: joiners wait for the next one.
                _sinceRandomAccess.Clear();
                _canJoin = false;
            }

            if (_canJoin)
                _sinceRandomAccess.Add(slice);
            foreach (var session in _sessions)
                session.Offer(slice, _output.Resume);
        }
    }

    /// <summary>What earlier connections to the stream have delivered; belongs to the pump.</summary>
    private UpstreamMemory MemoryOf(StreamAddress stream)
    {
        if (!_memories.TryGetValue(stream.StreamId, out var memory))
            _memories.Add(stream.StreamId, memory = new UpstreamMemory());
        return memory;
    }

    /// <summary>Less than an attempt, so that a server that accepts no connection is told from one that sends nothing.</summary>
    private TimeSpan ConnectLimit => _options.Connect < _options.Attempt * 0.75 ? _options.Connect : _options.Attempt * 0.75;

    private void FinishSessions(StreamEnd end)
    {
        lock (_gate)
        {
            _isClosing = true;
            foreach (var session in _sessions)
                session.Finish(end);
        }
    }

    private void SetPicture(RelayPicture picture) => Volatile.Write(ref _picture, picture);

    private Task PauseAsync(Backoff backoff) => Task.Delay(backoff.Next(), _context.Time, _stop.Token);

    private static StreamRefusal Refuse(UpstreamFault fault) => fault switch
    {
        UpstreamFault.SourceBusy => StreamRefusal.AllTunersInUse,
        UpstreamFault.Stalled or UpstreamFault.NoPicture or UpstreamFault.NotTransportStream => StreamRefusal.NoVideoData,
        _ => StreamRefusal.TuneFailed,
    };

    private readonly record struct RelayFault(UpstreamFault Fault, string Detail, bool HadPicture);
}

/// <summary>What a relay shows of itself: an immutable value that is replaced as a whole.</summary>
internal sealed record RelayPicture(
    string State, string Stream, string Kind, StreamCodec? Video, StreamCodec? Audio, long BitsPerSecond, string? Fault)
{
    public static RelayPicture None { get; } = new("starting", "", "", null, null, 0, null);
}
