using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

/// <summary>How many connections each source has open, held to the limits the sources allow. Thread-safe.</summary>
internal sealed class SourceSlots(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, SlotPool> _pools = [];

    /// <summary>Raised with the source's id when somebody waits for one of its connections.</summary>
    public event Action<long>? Pressed;

    /// <summary>Takes one of the source's connections, waiting up to a grace; null when none became free. Disposing gives it back.</summary>
    public async ValueTask<IDisposable?> TakeAsync(StreamAddress stream, TimeSpan grace, CancellationToken token)
    {
        if (stream.ConnectionLimit <= 0)
            return Unlimited.Instance;
        return await PoolOf(stream).TakeAsync(null, grace, token).ConfigureAwait(false);
    }

    private SlotPool PoolOf(StreamAddress stream)
    {
        lock (_gate)
        {
            if (!_pools.TryGetValue(stream.SourceId, out var pool))
            {
                pool = new SlotPool(stream.ConnectionLimit, time);
                pool.Pressed += () => Pressed?.Invoke(stream.SourceId);
                _pools.Add(stream.SourceId, pool);
            }
            else if (pool.Capacity != stream.ConnectionLimit)
            {
                pool.Resize(stream.ConnectionLimit);
            }

            return pool;
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
