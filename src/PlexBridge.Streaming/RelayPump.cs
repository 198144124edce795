using Microsoft.Extensions.Logging;
using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Pacing;
using PlexBridge.Streaming.Splice;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

/// <summary>
/// The loop of a relay: opens a stream of the channel, feeds the splice with what it delivers, and when it fails opens it
/// again or takes the next one, while the viewers stay.
/// </summary>
/// <remarks>Owner: <see cref="Relay"/>. One loop; what others may read at any time is said so.</remarks>
internal sealed partial class RelayPump(RelayChannel channel, RelayOptions options, RelayContext context, SpliceOutput output, Func<bool> needsJoinPoint, Func<int> viewerCount)
{
    /// <summary>How far ahead of real time a bursty source may run: it covers the next segment's fetch.</summary>
    private static readonly TimeSpan BurstLead = TimeSpan.FromSeconds(2);

    /// <summary>How long after the first unit a random-access point may take before any unit will do.</summary>
    private static readonly TimeSpan RandomAccessWait = TimeSpan.FromSeconds(4);

    /// <summary>How long the streams of the same types are tried before one of other types ends the viewers' streams, who can tune anew to it.</summary>
    private static readonly TimeSpan OtherTypesLast = TimeSpan.FromSeconds(10);

    /// <summary>Some providers notice only seconds later that a connection was closed, and refuse the next one until then.</summary>
    private static readonly TimeSpan LateNotice = TimeSpan.FromSeconds(10);

    /// <summary>How many switches are kept with their reasons.</summary>
    private const int MostSwitches = 10;

    private readonly ILogger _logger = context.Logger;
    private readonly StreamRotation _rotation = new(channel.Streams.Count);
    private readonly Keepalive _keepalive = new(output, context.Time);
    private readonly OutageClock _outage = new(context.Time);
    private readonly Dictionary<long, UpstreamMemory> _memories = [];
    private readonly TaskCompletionSource<OpenResult.Refused?> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RelayPicture _picture = RelayPicture.None;
    private OpenResult.Refused? _lastFault;
    private string? _lastDetail;
    private (string Stream, string Reason)? _interrupted;
    private int _switchCount;
    private long _repaired;
    private long _lost;
    private long _lostNow;
    private long? _layoutOf;

    /// <summary>Completes with null when the first bytes are there, else with the refusal for everybody who waited. Any thread.</summary>
    public Task<OpenResult.Refused?> Started => _started.Task;

    /// <summary>What is known of the stream at the moment. Any thread.</summary>
    public RelayPicture Picture => Volatile.Read(ref _picture);

    /// <summary>How the last attempt failed, as a refusal; null while none has. Any thread.</summary>
    public OpenResult.Refused? LastFault => Volatile.Read(ref _lastFault);

    /// <summary>Tells whoever still waits for the start that there won't be one. Any thread.</summary>
    public void Refuse(OpenResult.Refused refusal) => _started.TrySetResult(refusal);

    /// <summary>Relays until it is stopped or no stream of the channel delivers any more, and says which.</summary>
    public async Task<StreamEnd> RunAsync(CancellationToken stop)
    {
        try
        {
            return await CycleAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Closed: nobody watches any more, or the appliance stops.
            return StreamEnd.SourceLost;
        }
        catch (Exception exception)
        {
            LogPumpFailed(exception, channel.Number, channel.Name);
            return StreamEnd.SourceLost;
        }
        finally
        {
            Refuse(new OpenResult.Refused(StreamRefusal.TuneFailed, "The relay was closed before it started."));
        }
    }

    private async Task<StreamEnd> CycleAsync(CancellationToken stop)
    {
        var begun = context.Time.GetTimestamp();
        var backoff = new Backoff();
        using var slot = new RelaySlot(context.Sources);
        var fault = default(RelayFault);
        for (var attempt = 1; ; attempt++)
        {
            var stream = channel.Streams[_rotation.Current];
            fault = await TryStreamAsync(stream, fault.Proven, slot, stop).ConfigureAwait(false);
            // A server that lets everybody in and cuts them off at once is no better than one that refuses.
            var wasSound = _outage.Fail();
            if (wasSound)
                backoff.Reset();

            if (fault.Proven is not null)
            {
                _interrupted = (stream.Name, fault.Detail);
                _rotation.Return();
                continue;
            }

            NoteFault(stream, fault);
            _rotation.Fail(wasSound, fault.Fault == UpstreamFault.OtherTypes);
            if (!Started.IsCompleted)
            {
                var isHopeless = fault.Fault is UpstreamFault.Unsupported or UpstreamFault.Protected && channel.Streams.Count == 1;
                var mayBeLate = fault.Fault == UpstreamFault.Refused && context.Sources.WasFreedWithin(stream.SourceId, LateNotice);
                if (isHopeless || (attempt >= Math.Max(2, channel.Streams.Count) && !mayBeLate) || context.Time.GetElapsedTime(begun) >= options.Start)
                {
                    _started.TrySetResult(_lastFault);
                    return StreamEnd.TuneFailed;
                }
            }
            else if (_rotation.HasOnlyOtherTypes || (_rotation.IsLeftWithOtherTypes && _outage.Dark >= OtherTypesLast))
            {
                LogOtherTypes(channel.Number, channel.Name);
                return StreamEnd.CodecChanged;
            }
            else if (_outage.Dark >= options.Outage)
            {
                LogOutage(channel.Number, channel.Name, options.Outage.TotalSeconds);
                return StreamEnd.SourceLost;
            }

            // The fault may have been seen on the beat's thread: what opening the next stream takes isn't for that one.
            await Task.Yield();
            if (_rotation.IsRoundOver)
                await _keepalive.WhileAsync(Task.Delay(Within(backoff.Next()), context.Time, stop)).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps what a failed attempt means for those who wait, watch and read the log.</summary>
    private void NoteFault(StreamAddress stream, RelayFault fault)
    {
        Volatile.Write(ref _lastFault, new OpenResult.Refused(RefusalOf(fault.Fault), fault.Detail));
        // The first of a row only: an outage is one event, however often it is tried again.
        if (fault.HadPicture || fault.Detail != _lastDetail)
            LogFault(channel.Number, channel.Name, stream.Name, fault.Fault, fault.Detail);
        _lastDetail = fault.Detail;
        if (fault.HadPicture)
            _interrupted = (stream.Name, fault.Detail);
        SetPicture(Picture with { State = Started.IsCompleted ? "reconnecting" : "starting", Stream = "", Kind = "", BitsPerSecond = 0, Fault = fault.Detail });
    }

    /// <summary>Opens one stream and relays it until it fails.</summary>
    /// <param name="stream">Which.</param>
    /// <param name="proven">A trial that has its connection already; null to open one.</param>
    /// <param name="slot">The relay's place at the source.</param>
    /// <param name="stop">Ends it.</param>
    private async Task<RelayFault> TryStreamAsync(StreamAddress stream, PrimaryTrial? proven, RelaySlot slot, CancellationToken stop)
    {
        await using var letGo = proven;
        if (proven is null && !await _keepalive.WhileAsync(slot.MoveToAsync(stream, options.Grace, stop)).ConfigureAwait(false))
            return new RelayFault(UpstreamFault.SourceBusy, $"All {stream.ConnectionLimit} connections of the source are in use.", false);

        using var watch = new UpstreamWatch(context.Time, stop);
        StreamIntake? intake = null;
        IUpstream? upstream = null;
        try
        {
            var patience = Within(options.Attempt);
            watch.Expect(patience, UpstreamFault.Stalled, $"nothing came within {patience.TotalSeconds:0.#} s");
            upstream = proven is null ? await OpenAsync(stream, watch.Token).ConfigureAwait(false) : Adopt(proven, slot);
            intake = new StreamIntake(output, context.Time,
                new IntakeOptions(RandomAccessWait, HoldsWholeUnits: upstream.ArrivesInBursts, IsSame: _layoutOf is null || _layoutOf == stream.StreamId));
            return await ReadAsync(stream, upstream, intake, watch, stop).ConfigureAwait(false);
        }
        catch (UpstreamException exception)
        {
            return new RelayFault(exception.Fault, exception.Message, HadPicture());
        }
        catch (IOException exception)
        {
            return new RelayFault(UpstreamFault.Ended, $"{stream.Url} broke off: {exception.Message}", HadPicture());
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            var (fault, why) = watch.Reason;
            if (intake is { HasSeenUnit: true, HasStarted: false })
                fault = UpstreamFault.NoPicture;
            return new RelayFault(fault, $"{stream.Url}: {why}", HadPicture());
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever a source makes our own code do must cost its connection, not its viewers.
            LogPumpFailed(exception, channel.Number, channel.Name);
            return new RelayFault(UpstreamFault.NotTransportStream, $"{stream.Url} sent something that could not be read ({exception.GetType().Name})", HadPicture());
        }
        finally
        {
            _repaired += intake?.ContinuityErrors ?? 0;
            (_lost, _lostNow) = (_lost + _lostNow, 0);
            output.Abandon();
            if (upstream is not null)
                await LetGoAsync(upstream).ConfigureAwait(false);
        }

        bool HadPicture() => intake is { HasStarted: true };
    }

    private ValueTask<IUpstream> OpenAsync(StreamAddress stream, CancellationToken token) =>
        _keepalive.WhileAsync(new ValueTask<IUpstream>(context.Open(stream, ConnectLimit, MemoryOf(stream), token)));

    private IUpstream Adopt(PrimaryTrial proven, RelaySlot slot)
    {
        var (upstream, lease) = proven.Take();
        slot.Adopt(proven.Stream, lease);
        _memories[proven.Stream.StreamId] = proven.Memory;
        return upstream;
    }

    /// <summary>A child may take seconds to go; viewers are kept company meanwhile, and the next stream waits: its source counts connections.</summary>
    private async Task LetGoAsync(IUpstream upstream)
    {
        try
        {
            await _keepalive.WhileAsync(upstream.DisposeAsync().AsTask()).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogPumpFailed(exception, channel.Number, channel.Name);
        }
    }

    private async Task<RelayFault> ReadAsync(StreamAddress stream, IUpstream upstream, StreamIntake intake, UpstreamWatch watch, CancellationToken stop)
    {
        var turn = new TickTurn(context.Tick);
        // Whoever stops the relay doesn't wait for the beat.
        using var _ = stop.UnsafeRegister(static waiting => ((TickTurn)waiting!).RunOnPool(), turn);
        var pacer = upstream.ArrivesInBursts ? new PcrPacer(context.Time, BurstLead, turn) : null;
        var rate = new BitRate(context.Time);
        var picture = new PictureWatch(context.Time, options);
        var buffer = new ReadBuffer(isPaced: pacer is not null);
        var stall = upstream.StallLimit ?? options.Stall;
        var silence = $"nothing came for {stall.TotalSeconds:0.#} s";
        await using var comeback = new PrimaryReturn(channel, options, context, stop);
        while (true)
        {
            if (stream != channel.Streams[0] && comeback.Look(output.Layout) is { } proven)
                return new RelayFault(UpstreamFault.Ended, $"“{channel.Streams[0].Name}” delivers again", true) { Proven = proven };
            var read = await _keepalive.WhileAsync(upstream.ReadAsync(buffer.Memory, watch.Token)).ConfigureAwait(false);
            if (read == 0 && !intake.HasPackets && upstream.Kind == HttpTsUpstream.KindName)
                return Fault(UpstreamFault.NotTransportStream, "it answered with something that is no transport stream");
            if (read == 0)
                return Fault(UpstreamFault.Ended, "the source ended the stream");
            rate.Add(read);
            var (hadSeenUnit, wasPassing) = (intake.HasSeenUnit, intake.IsPassing);
            if (upstream.TakeDiscontinuity())
                intake.Break();
            // Not while the first picture is still on its way to the viewers.
            intake.NeedsJoinPoint = intake.IsPassing && output.HasStarted && needsJoinPoint();
            intake.Feed(buffer.Memory.Span[..read]);
            var wasFull = read == buffer.Memory.Length;
            buffer.Fit(read, rate.BitsPerSecond, viewerCount());
            if (intake.IsOther)
                return Fault(UpstreamFault.NotTransportStream, "what it delivers is no transport stream");
            if (intake.HasOtherTypes)
                return Fault(UpstreamFault.OtherTypes, "its picture or sound is of another type than the viewers were told");
            if (picture.Look(intake, read) is var (trouble, why))
                return Fault(trouble, why);

            if (intake.IsPassing)
                _keepalive.Delivered();
            else
                _keepalive.Withheld();
            if (intake is { HasStarted: true, IsPassing: false })
            {
                // Broken within the connection: it may take as long to go on as it may to start, however much it delivers.
                if (wasPassing)
                    watch.Expect(RandomAccessWait + options.Attempt, UpstreamFault.NoPicture, "no picture to go on with came in time");
            }
            else if (intake.HasStarted)
            {
                ExpectMore();
                Announce(stream, upstream, intake, rate);
                if (pacer is null)
                    await turn.AfterAsync(wasFull || upstream.ArrivesInPieces, ReadBuffer.IsFast(read, viewerCount())).ConfigureAwait(false);
                else
                {
                    await pacer.WaitAsync(output.Pcr, stop).ConfigureAwait(false);
                    ExpectMore();
                }
            }
            else if (intake.HasSeenUnit && !hadSeenUnit)
            {
                // Delivering, but no key picture yet: a moment more, until any unit will do.
                watch.Expect(RandomAccessWait + options.Attempt, UpstreamFault.NoPicture, "no picture to start with came in time");
            }
        }

        RelayFault Fault(UpstreamFault fault, string why) => new(fault, $"{stream.Url}: {why}", intake.HasStarted);

        void ExpectMore() => watch.Expect(stall, UpstreamFault.Stalled, silence);
    }

    private void Announce(StreamAddress stream, IUpstream upstream, StreamIntake intake, BitRate rate)
    {
        _outage.Begin();
        if (!rate.HasNews && _interrupted is null && Picture.State == "live")
            return;
        _layoutOf ??= stream.StreamId;
        var switches = Picture.Switches;
        if (_interrupted is var (from, reason))
        {
            // A short list: what a person wants to know is the last of them, and how many there were.
            switches = [.. switches.TakeLast(MostSwitches - 1), new StreamSwitch(context.Time.GetUtcNow(), from, stream.Name, reason)];
            _switchCount++;
            _interrupted = null;
            LogSwitch(channel.Number, channel.Name, from, stream.Name);
        }

        SetPicture(new RelayPicture(
            "live", stream.Name, upstream.Kind, intake.Map?.Video?.Codec, intake.Map?.Audio?.Codec, rate.BitsPerSecond, null)
        {
            Switches = switches,
            SwitchCount = _switchCount,
            Repaired = _repaired + intake.ContinuityErrors,
            Lost = _lost + (_lostNow = upstream.Lost),
        });
        _started.TrySetResult(null);
    }

    /// <summary>What earlier connections to the stream have delivered; belongs to the pump.</summary>
    private UpstreamMemory MemoryOf(StreamAddress stream)
    {
        if (!_memories.TryGetValue(stream.StreamId, out var memory))
            _memories.Add(stream.StreamId, memory = new UpstreamMemory());
        return memory;
    }

    /// <summary>No longer than viewers wait at all.</summary>
    private TimeSpan Within(TimeSpan time)
    {
        var left = options.Outage - _outage.Dark;
        var least = TimeSpan.FromMilliseconds(250);
        return !Started.IsCompleted || time <= left ? time : left > least ? left : least;
    }

    /// <summary>Less than an attempt, so that a server that accepts no connection is told from one that sends nothing.</summary>
    private TimeSpan ConnectLimit => options.Connect < options.Attempt * 0.75 ? options.Connect : options.Attempt * 0.75;

    private void SetPicture(RelayPicture picture) => Volatile.Write(ref _picture, picture);

    private static StreamRefusal RefusalOf(UpstreamFault fault) => fault switch
    {
        UpstreamFault.SourceBusy => StreamRefusal.AllTunersInUse,
        UpstreamFault.Stalled or UpstreamFault.NoPicture or UpstreamFault.NotTransportStream => StreamRefusal.NoVideoData,
        _ => StreamRefusal.TuneFailed,
    };

    private readonly record struct RelayFault(UpstreamFault Fault, string Detail, bool HadPicture)
    {
        /// <summary>Not a fault at all: the first stream is back, and this is the connection to it.</summary>
        public PrimaryTrial? Proven { get; init; }
    }
}

/// <summary>What a relay shows of itself: an immutable value that is replaced as a whole.</summary>
internal sealed record RelayPicture(
    string State, string Stream, string Kind, StreamCodec? Video, StreamCodec? Audio, long BitsPerSecond, string? Fault)
{
    public static RelayPicture None { get; } = new("starting", "", "", null, null, 0, null);

    /// <summary>The last switches with their reasons, oldest first.</summary>
    public IReadOnlyList<StreamSwitch> Switches { get; init; } = [];

    /// <summary>How many there were altogether.</summary>
    public int SwitchCount { get; init; }

    /// <summary>How many gaps in the sources' continuity counters the viewers don't see.</summary>
    public long Repaired { get; init; }

    /// <summary>How many datagrams or segments never came.</summary>
    public long Lost { get; init; }
}
