using Microsoft.Extensions.Logging;
using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Pacing;
using PlexBridge.Streaming.Splice;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

/// <summary>
/// The loop of a relay: opens a stream of the channel, feeds the splice with what it delivers, and when it fails opens it
/// again or takes the next one, while the viewers stay.
/// </summary>
/// <remarks>Owner: <see cref="Relay"/>. One loop; what others may read at any time is said so.</remarks>
internal sealed partial class RelayPump(RelayChannel channel, RelayOptions options, RelayContext context, SpliceOutput output, Func<bool> needsJoinPoint)
{
    /// <summary>How far ahead of real time a bursty source may run: it covers the next segment's fetch.</summary>
    private static readonly TimeSpan BurstLead = TimeSpan.FromSeconds(2);

    /// <summary>How long after the first unit a random-access point may take before any unit will do.</summary>
    private static readonly TimeSpan RandomAccessWait = TimeSpan.FromSeconds(4);

    /// <summary>A picture that lasted this long counts as success.</summary>
    private static readonly TimeSpan SoundPicture = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = context.Logger;
    private readonly Dictionary<long, UpstreamMemory> _memories = [];
    private readonly TaskCompletionSource<OpenResult.Refused?> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RelayPicture _picture = RelayPicture.None;
    private OpenResult.Refused? _lastFault;

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
        var lastGood = begun;
        var backoff = new Backoff();
        using var slot = new RelaySlot(context.Sources);
        string? lastDetail = null;
        for (var attempt = 0; ; attempt++)
        {
            var stream = channel.Streams[attempt % channel.Streams.Count];
            var opened = context.Time.GetTimestamp();
            var fault = await TryStreamAsync(stream, slot, stop).ConfigureAwait(false);
            Volatile.Write(ref _lastFault, new OpenResult.Refused(RefusalOf(fault.Fault), fault.Detail));
            // A server that lets everybody in and cuts them off at once is no better than one that refuses.
            if (fault.HadPicture && context.Time.GetElapsedTime(opened) >= SoundPicture)
            {
                lastGood = context.Time.GetTimestamp();
                backoff.Reset();
            }

            // The first of a row only: an outage is one event, however often it is tried again.
            if (fault.HadPicture || fault.Detail != lastDetail)
                LogFault(channel.Number, channel.Name, stream.Name, fault.Fault, fault.Detail);
            lastDetail = fault.Detail;
            SetPicture(RelayPicture.None with { State = "reconnecting", Fault = fault.Detail });
            if (!Started.IsCompleted)
            {
                var isHopeless = fault.Fault is UpstreamFault.Unsupported or UpstreamFault.Protected && channel.Streams.Count == 1;
                if (!isHopeless && attempt + 1 < Math.Max(2, channel.Streams.Count) && context.Time.GetElapsedTime(begun) < options.Start)
                {
                    await PauseAsync(backoff, stop).ConfigureAwait(false);
                    continue;
                }

                _started.TrySetResult(_lastFault);
                return StreamEnd.TuneFailed;
            }

            if (context.Time.GetElapsedTime(lastGood) >= options.Outage)
            {
                LogOutage(channel.Number, channel.Name, options.Outage.TotalSeconds);
                return StreamEnd.SourceLost;
            }

            await PauseAsync(backoff, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Opens one stream and relays it until it fails.</summary>
    private async Task<RelayFault> TryStreamAsync(StreamAddress stream, RelaySlot slot, CancellationToken stop)
    {
        if (!await slot.MoveToAsync(stream, options.Grace, stop).ConfigureAwait(false))
            return new RelayFault(UpstreamFault.SourceBusy, $"All {stream.ConnectionLimit} connections of the source are in use.", false);

        using var watch = new UpstreamWatch(context.Time, stop);
        var intake = new StreamIntake(output, context.Time, RandomAccessWait);
        try
        {
            watch.Expect(options.Attempt, UpstreamFault.Stalled, $"nothing came within {options.Attempt.TotalSeconds:0.#} s");
            await using var upstream = await context.Open(stream, ConnectLimit, MemoryOf(stream), watch.Token).ConfigureAwait(false);
            return await ReadAsync(stream, upstream, intake, watch, stop).ConfigureAwait(false);
        }
        catch (UpstreamException exception)
        {
            return new RelayFault(exception.Fault, exception.Message, intake.HasStarted);
        }
        catch (IOException exception)
        {
            return new RelayFault(UpstreamFault.Ended, $"{stream.Url} broke off: {exception.Message}", intake.HasStarted);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
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
            LogPumpFailed(exception, channel.Number, channel.Name);
            return new RelayFault(UpstreamFault.NotTransportStream, $"{stream.Url} sent something that could not be read ({exception.GetType().Name})", intake.HasStarted);
        }
    }

    private async Task<RelayFault> ReadAsync(StreamAddress stream, IUpstream upstream, StreamIntake intake, UpstreamWatch watch, CancellationToken stop)
    {
        var pacer = upstream.ArrivesInBursts ? new PcrPacer(context.Time, BurstLead) : null;
        var turn = new TickTurn(context.Tick);
        var rate = new BitRate(context.Time);
        // Small reads where the pace is ours to keep, large ones where the source keeps it.
        var buffer = new byte[pacer is null ? 256 * 1024 : 32 * 1024];
        var stall = upstream.StallLimit ?? options.Stall;
        while (true)
        {
            var read = await upstream.ReadAsync(buffer, watch.Token).ConfigureAwait(false);
            if (read == 0 && !intake.HasPackets && upstream.Kind == HttpTsUpstream.KindName)
                return new RelayFault(UpstreamFault.NotTransportStream, $"{stream.Url} answered with something that is no transport stream", false);
            if (read == 0)
                return new RelayFault(UpstreamFault.Ended, $"{stream.Url}: the source ended the stream", intake.HasStarted);
            rate.Add(read);
            if (upstream.TakeDiscontinuity())
                output.MarkJump();
            var hadSeenUnit = intake.HasSeenUnit;
            intake.NeedsJoinPoint = intake.HasStarted && needsJoinPoint();
            intake.Feed(buffer.AsSpan(0, read));
            if (intake.IsOther)
                return new RelayFault(UpstreamFault.NotTransportStream, $"{stream.Url} delivers something that is no transport stream", intake.HasStarted);

            if (intake.HasStarted)
            {
                watch.Expect(stall, UpstreamFault.Stalled, $"nothing came for {stall.TotalSeconds:0.#} s");
                Announce(stream, upstream, intake, rate);
                if (pacer is null)
                    await turn.AfterAsync(read == buffer.Length).ConfigureAwait(false);
                else
                {
                    await pacer.WaitAsync(output.Pcr, stop).ConfigureAwait(false);
                    watch.Expect(stall, UpstreamFault.Stalled, $"nothing came for {stall.TotalSeconds:0.#} s");
                }
            }
            else if (intake.HasSeenUnit && !hadSeenUnit)
            {
                // Delivering, but no key picture yet: a moment more, until any unit will do.
                watch.Expect(RandomAccessWait + options.Attempt, UpstreamFault.NoPicture, "no picture to start with came in time");
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

    /// <summary>What earlier connections to the stream have delivered; belongs to the pump.</summary>
    private UpstreamMemory MemoryOf(StreamAddress stream)
    {
        if (!_memories.TryGetValue(stream.StreamId, out var memory))
            _memories.Add(stream.StreamId, memory = new UpstreamMemory());
        return memory;
    }

    /// <summary>Less than an attempt, so that a server that accepts no connection is told from one that sends nothing.</summary>
    private TimeSpan ConnectLimit => options.Connect < options.Attempt * 0.75 ? options.Connect : options.Attempt * 0.75;

    private void SetPicture(RelayPicture picture) => Volatile.Write(ref _picture, picture);

    private Task PauseAsync(Backoff backoff, CancellationToken stop) => Task.Delay(backoff.Next(), context.Time, stop);

    private static StreamRefusal RefusalOf(UpstreamFault fault) => fault switch
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
