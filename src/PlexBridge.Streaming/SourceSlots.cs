using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

/// <summary>How many connections each source has open, held to the limits the sources allow. Thread-safe.</summary>
internal sealed class SourceSlots(TimeProvider time)
{
    /// <summary>What a connection that is given back on request takes to be gone, whatever the grace for viewers is.</summary>
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, SlotPool> _pools = [];
    private readonly Dictionary<long, long> _freedAt = [];

    private long Now => time.GetTimestamp();

    /// <summary>Raised with the source's id when somebody waits for one of its connections.</summary>
    public event Action<long>? Pressed;

    /// <summary>Takes the sources' limits over as they are now; connections above a smaller one stay until they are given back.</summary>
    public void Limit(IEnumerable<StreamAddress> streams)
    {
        lock (_gate)
            foreach (var stream in streams)
                if (stream.ConnectionLimit <= 0)
                    _pools.Remove(stream.SourceId);
                else if (!_pools.TryGetValue(stream.SourceId, out var pool))
                    _pools.Add(stream.SourceId, Make(stream));
                else if (pool.Capacity != stream.ConnectionLimit)
                    pool.Resize(stream.ConnectionLimit);
    }

    /// <summary>Whether somebody waits for a connection of one of these streams' sources.</summary>
    public bool HasWaiters(IEnumerable<StreamAddress> streams)
    {
        lock (_gate)
            return streams.Any(stream => _pools.TryGetValue(stream.SourceId, out var pool) && pool.HasWaiters);
    }

    /// <summary>Takes one of the source's connections, waiting up to a grace; null when none became free. Disposing gives it back.</summary>
    public async ValueTask<IDisposable?> TakeAsync(long sourceId, TimeSpan grace, CancellationToken token)
    {
        SlotPool? pool;
        lock (_gate)
            _pools.TryGetValue(sourceId, out pool);
        return pool is null ? Unlimited.Instance
            : Note(sourceId, await pool.TakeAsync(null, grace > HandOver ? grace : HandOver, token).ConfigureAwait(false));
    }

    /// <summary>Takes one of the source's connections if one is free just now.</summary>
    public IDisposable? TryTake(long sourceId)
    {
        SlotPool? pool;
        lock (_gate)
            _pools.TryGetValue(sourceId, out pool);
        return pool is null ? Unlimited.Instance : Note(sourceId, pool.TryTake());
    }

    /// <summary>Whether a connection of a limited source was closed a moment ago: the source may not know it yet.</summary>
    public bool WasFreedWithin(long sourceId, TimeSpan span)
    {
        lock (_gate)
            return _freedAt.TryGetValue(sourceId, out var at) && time.GetElapsedTime(at) <= span;
    }

    private NotedLease? Note(long sourceId, SlotLease? lease) => lease is null ? null : new NotedLease(this, sourceId, lease);

    private SlotPool Make(StreamAddress stream)
    {
        var pool = new SlotPool(stream.ConnectionLimit, time);
        pool.Pressed += () => Pressed?.Invoke(stream.SourceId);
        return pool;
    }

    /// <summary>Notes when it was given back, before anybody else can have it.</summary>
    private sealed class NotedLease(SourceSlots slots, long sourceId, SlotLease lease) : IDisposable
    {
        public void Dispose()
        {
            lock (slots._gate)
                slots._freedAt[sourceId] = slots.Now;
            lease.Dispose();
        }
    }

    private sealed class Unlimited : IDisposable
    {
        public static readonly Unlimited Instance = new();

        public void Dispose()
        {
        }
    }
}

/// <summary>
/// The one connection slot of a relay. It is kept over reconnects to the same source: a relay that is still watched
/// must not lose its place to a waiter while it opens its stream again. Belongs to the relay's pump.
/// </summary>
internal sealed class RelaySlot(SourceSlots sources) : IDisposable
{
    private IDisposable? _lease;
    private long _sourceId;

    /// <summary>Makes the slot one of the stream's source; false when none became free within the grace.</summary>
    public async ValueTask<bool> MoveToAsync(StreamAddress stream, TimeSpan grace, CancellationToken token)
    {
        if (_lease is not null && _sourceId == stream.SourceId)
            return true;
        Dispose();
        _lease = await sources.TakeAsync(stream.SourceId, grace, token).ConfigureAwait(false);
        _sourceId = stream.SourceId;
        return _lease is not null;
    }

    /// <summary>Takes over a slot that is held already, in place of the present one.</summary>
    public void Adopt(StreamAddress stream, IDisposable lease)
    {
        Dispose();
        (_lease, _sourceId) = (lease, stream.SourceId);
    }

    public void Dispose()
    {
        _lease?.Dispose();
        _lease = null;
    }
}
