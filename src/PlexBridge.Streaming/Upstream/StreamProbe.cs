using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming.Upstream;

/// <summary>What a stream turned out to be.</summary>
/// <param name="Kind">The way in: HTTP-TS, HLS …</param>
/// <param name="Program">Number of the programme that would be relayed.</param>
/// <param name="Programs">How many programmes the stream carries.</param>
/// <param name="Streams">The programme's elementary streams in table order.</param>
/// <param name="TimeToFirstByte">From the request to the first byte.</param>
/// <param name="TimeToTables">From the request to PAT and PMT; null where they never came.</param>
/// <param name="TimeToKeyframe">From the request to the first point where a decoder can start; null where none came.</param>
/// <param name="BitsPerSecond">The stream's rate by its own clock; 0 where it has none.</param>
/// <param name="ScrambledPackets">How many packets were scrambled.</param>
public sealed record StreamProbeResult(
    string Kind, int Program, int Programs, IReadOnlyList<ElementaryStream> Streams,
    TimeSpan TimeToFirstByte, TimeSpan? TimeToTables, TimeSpan? TimeToKeyframe, long BitsPerSecond, long ScrambledPackets);

/// <summary>Opens a stream just as the relay would, watches it for a moment and says what it is.</summary>
/// <param name="open">How streams are opened.</param>
/// <param name="time">The clock of the measuring.</param>
public sealed class StreamProbe(OpenUpstream open, TimeProvider time)
{
    /// <summary>
    /// Probes until enough is known or the time is over.
    /// </summary>
    /// <param name="stream">What to open.</param>
    /// <param name="connect">The longest wait for a connection.</param>
    /// <param name="patience">The longest probe.</param>
    /// <param name="token">Ends the probe.</param>
    /// <exception cref="UpstreamException">It can't be opened, or is no transport stream.</exception>
    public async Task<StreamProbeResult> RunAsync(StreamAddress stream, TimeSpan connect, TimeSpan patience, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var begun = time.GetTimestamp();
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        var look = new Look(time, begun);
        var kind = "";
        try
        {
            await using var upstream = await open(stream, connect, new UpstreamMemory(), either.Token).ConfigureAwait(false);
            kind = upstream.Kind;
            var buffer = new byte[64 * 1024];
            while (!look.IsEnough)
            {
                var read = await upstream.ReadAsync(buffer, either.Token).ConfigureAwait(false);
                if (read == 0)
                    break;
                look.Feed(buffer.AsSpan(0, read));
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !token.IsCancellationRequested)
        {
            // What has been seen by now is the answer.
        }

        if (look.FirstByte is null)
            throw new UpstreamException(UpstreamFault.Stalled, $"{stream.Url}: nothing came within {patience.TotalSeconds:0.#} s.");
        if (look.Tracker.Map is null)
            throw new UpstreamException(UpstreamFault.NotTransportStream, $"{stream.Url}: no transport stream with tables was found within {patience.TotalSeconds:0.#} s.");
        return look.Conclude(kind);
    }

    /// <summary>What one probe has seen so far.</summary>
    private sealed class Look(TimeProvider time, long begun)
    {
        /// <summary>Enough of the stream's own clock to tell its rate.</summary>
        private const long RateSpan = 2 * TsConstants.PcrFrequency;

        private readonly TsFramer _framer = new();
        private RandomAccessDetector? _detector;
        private TimeSpan? _tables;
        private TimeSpan? _keyframe;
        private long _firstPcr = -1;
        private long _clockSpan;
        private long _bytesSincePcr;
        private long _bytesOfSpan;
        private long _scrambled;

        public ProgramTracker Tracker { get; } = new();

        public TimeSpan? FirstByte { get; private set; }

        public bool IsEnough => (_keyframe is not null || Tracker.Map is { Video: null }) && _clockSpan >= RateSpan;

        public void Feed(ReadOnlySpan<byte> bytes)
        {
            FirstByte ??= time.GetElapsedTime(begun);
            while (_framer.Next(ref bytes) is { IsEmpty: false } packets)
                for (; !packets.IsEmpty; packets = packets[TsConstants.PacketSize..])
                    Take(packets[..TsConstants.PacketSize]);
            if (_framer.State == TsFraming.NotTransportStream)
                throw new UpstreamException(UpstreamFault.NotTransportStream, "What came is no transport stream.");
        }

        public StreamProbeResult Conclude(string kind) => new(
            kind, Tracker.Followed?.Number ?? 0, Tracker.Programs.Length, Tracker.Map?.Streams ?? [],
            FirstByte!.Value, _tables, _keyframe,
            _clockSpan > 0 ? (long)(_bytesOfSpan * 8.0 * TsConstants.PcrFrequency / _clockSpan) : 0, _scrambled);

        private void Take(ReadOnlySpan<byte> packet)
        {
            var view = new TsPacket(packet);
            if (Tracker.Feed(packet) && Tracker.Map is { } map)
            {
                _tables ??= time.GetElapsedTime(begun);
                _detector = map.Video is { } video ? new RandomAccessDetector(video.Codec) : null;
            }

            if (view.Scrambling != 0)
                _scrambled++;
            if (_keyframe is null && view.Pid == Tracker.Map?.Video?.Pid && _detector?.Feed(packet) == AccessUnitVerdict.RandomAccess)
                _keyframe = time.GetElapsedTime(begun);
            Measure(view);
        }

        private void Measure(TsPacket view)
        {
            _bytesSincePcr += TsConstants.PacketSize;
            if (view.Pid != Tracker.Map?.PcrPid || !view.TryReadPcr(out var pcr))
                return;
            if (_firstPcr < 0 || TsClock.Difference(pcr, _firstPcr) is < 0 or > 60 * TsConstants.PcrFrequency)
            {
                _firstPcr = pcr;
                _bytesSincePcr = 0;
            }

            _clockSpan = TsClock.Difference(pcr, _firstPcr);
            _bytesOfSpan = _bytesSincePcr;
        }
    }
}
