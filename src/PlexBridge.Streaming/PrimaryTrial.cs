using System.Buffers;
using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Splice;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

/// <summary>
/// Tries a channel's first stream again, on a connection of its own, while a backup plays. What it proves is a connection
/// that delivers a picture viewers can go on with: it is handed over, beginning and all, and nobody sees a gap.
/// </summary>
/// <remarks>Owner: the relay's pump. Takes a connection only when the source has one to spare; disposing lets go of everything that was not taken.</remarks>
internal sealed class PrimaryTrial : IAsyncDisposable
{
    /// <summary>More than any group of pictures on the way to the first key picture.</summary>
    private const int LongestBeginning = 32 << 20;

    private readonly RelayContext _context;
    private readonly RelayOptions _options;
    private readonly CancellationTokenSource _stop;
    private readonly Task _trying;
    private IDisposable? _lease;

    /// <summary>Written by the trial before it is over, read by the pump afterwards.</summary>
    private ReplayedUpstream? _proven;

    private PrimaryTrial(StreamAddress stream, IDisposable lease, RelayOptions options, RelayContext context, CancellationToken stop)
    {
        (Stream, _lease, _options, _context) = (stream, lease, options, context);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        context.Sources.Pressed += GiveWay;
        _trying = Task.Run(TryAsync, CancellationToken.None);
    }

    /// <summary>What is tried.</summary>
    public StreamAddress Stream { get; }

    /// <summary>True when it is known whether the stream delivers.</summary>
    public bool IsOver => _trying.IsCompleted;

    /// <summary>What it delivers, once it is over and has delivered; else null.</summary>
    public ProgramMap? Map { get; private set; }

    /// <summary>What the connection has seen, for those that come after it.</summary>
    public UpstreamMemory Memory { get; } = new();

    /// <summary>Begins; null when the source has no connection to spare.</summary>
    public static PrimaryTrial? Start(StreamAddress stream, RelayOptions options, RelayContext context, CancellationToken stop) =>
        context.Sources.TryTake(stream.SourceId) is { } lease ? new PrimaryTrial(stream, lease, options, context, stop) : null;

    /// <summary>Hands over the connection and its slot, which are the caller's from now on; only when there is a <see cref="Map"/>.</summary>
    public (IUpstream Upstream, IDisposable Lease) Take()
    {
        var taken = (_proven!, _lease!);
        (_proven, _lease) = (null, null);
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        _context.Sources.Pressed -= GiveWay;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _trying.ConfigureAwait(false);
        try
        {
            if (_proven is not null)
                await _proven.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _lease?.Dispose();
            _stop.Dispose();
        }
    }

    /// <summary>Somebody waits for a connection of the source: a viewer comes before a trial.</summary>
    private void GiveWay(long sourceId)
    {
        if (sourceId != Stream.SourceId)
            return;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself in the same instant.
        }
    }

    private async Task TryAsync()
    {
        using var watch = new UpstreamWatch(_context.Time, _stop.Token);
        watch.Expect(_options.Attempt, UpstreamFault.Stalled, "nothing came");
        IUpstream? upstream = null;
        try
        {
            upstream = await _context.Open(Stream, _options.Connect, Memory, watch.Token).ConfigureAwait(false);
            if (await ReadToPictureAsync(upstream, watch.Token).ConfigureAwait(false) is { } beginning)
            {
                _proven = new ReplayedUpstream(upstream, beginning);
                upstream = null;
            }
        }
        catch (Exception)
        {
            // Still broken, in whatever way: the backup goes on, and the next trial comes.
        }
        finally
        {
            if (upstream is not null)
                await upstream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Everything up to the first picture to start with; null when none comes.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadToPictureAsync(IUpstream upstream, CancellationToken token)
    {
        using var nowhere = new PacketWriter(_context.Blocks) { OnSlice = static _ => { } };
        var intake = new StreamIntake(new SpliceOutput(nowhere), _context.Time, new IntakeOptions(_options.Attempt, HoldsWholeUnits: true, IsSame: true));
        var beginning = new ArrayBufferWriter<byte>(256 * 1024);
        while (beginning.WrittenCount < LongestBeginning)
        {
            var room = beginning.GetMemory(32 * 1024);
            var read = await upstream.ReadAsync(room, token).ConfigureAwait(false);
            if (read == 0)
                return null;
            intake.Feed(room.Span[..read]);
            beginning.Advance(read);
            if (!intake.HasStarted)
                continue;
            Map = intake.Map;
            return beginning.WrittenMemory;
        }

        return null;
    }
}
