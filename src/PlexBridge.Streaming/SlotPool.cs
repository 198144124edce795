namespace PlexBridge.Streaming;

/// <summary>
/// A fixed number of slots that are taken and given back: the appliance's tuners, or the connections a source
/// allows. More than the capacity are never out, not for a moment: a slot that is given back goes to the first
/// waiter inside the same lock.
/// </summary>
/// <remarks>Thread-safe. A lease that is still held is never taken away.</remarks>
public sealed class SlotPool
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly LinkedList<Waiter> _waiters = [];
    private SlotLease?[] _slots;
    private int _capacity;

    /// <summary>Makes a pool.</summary>
    /// <param name="capacity">How many slots, at least 1.</param>
    /// <param name="time">The clock of the waiting.</param>
    public SlotPool(int capacity, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _slots = new SlotLease?[capacity];
        _time = time;
    }

    /// <summary>Raised, outside the lock, when somebody has to wait: whoever holds a slot it doesn't need may give it back.</summary>
    public event Action? Pressed;

    /// <summary>How many slots there are.</summary>
    public int Capacity
    {
        get
        {
            lock (_gate)
                return _capacity;
        }
    }

    /// <summary>Whether somebody waits for a slot.</summary>
    public bool HasWaiters
    {
        get
        {
            lock (_gate)
                return _waiters.Count > 0;
        }
    }

    /// <summary>
    /// Takes a slot, waiting in order for one to become free.
    /// </summary>
    /// <param name="wanted">A slot by index; null for any.</param>
    /// <param name="grace">The longest wait.</param>
    /// <param name="token">Ends the waiting.</param>
    /// <returns>The lease, which the caller disposes; null when the grace was over or the slot doesn't exist.</returns>
    public async ValueTask<SlotLease?> TakeAsync(int? wanted, TimeSpan grace, CancellationToken token)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (wanted is { } index && (index < 0 || index >= _capacity))
                return null;
            if (FindFree(wanted) is { } free)
                return Occupy(free);
            if (grace <= TimeSpan.Zero)
                return null;
            waiter = new Waiter(wanted);
            _waiters.AddLast(waiter);
        }

        try
        {
            Pressed?.Invoke();
            return await waiter.Granted.WaitAsync(grace, _time, token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return Abandon(waiter);
        }
        catch
        {
            Abandon(waiter)?.Dispose();
            throw;
        }
    }

    /// <summary>Takes a slot if one is free and nobody waits; null otherwise.</summary>
    public SlotLease? TryTake()
    {
        lock (_gate)
            return _waiters.Count == 0 && FindFree(null) is { } free ? Occupy(free) : null;
    }

    /// <summary>Changes the number of slots. Slots above a smaller number stay with their holders until they are given back.</summary>
    public void Resize(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        lock (_gate)
        {
            _capacity = capacity;
            if (capacity > _slots.Length)
                Array.Resize(ref _slots, capacity);
            ServeWaiters();
        }
    }

    internal void Release(SlotLease lease)
    {
        lock (_gate)
        {
            _slots[lease.Index] = null;
            ServeWaiters();
        }
    }

    private void ServeWaiters()
    {
        for (var node = _waiters.First; node is not null;)
        {
            var next = node.Next;
            if (FindFree(node.Value.Wanted) is { } free)
            {
                _waiters.Remove(node);
                node.Value.Grant(Occupy(free));
            }

            node = next;
        }
    }

    /// <summary>Withdraws a waiter; a lease that was granted in the same instant is the caller's.</summary>
    private SlotLease? Abandon(Waiter waiter)
    {
        lock (_gate)
        {
            return _waiters.Remove(waiter) ? null : waiter.Lease;
        }
    }

    private int? FindFree(int? wanted)
    {
        // A pool that was made smaller counts those still out above its size.
        if (_slots.Count(slot => slot is not null) >= _capacity)
            return null;
        if (wanted is { } index)
            return index < _capacity && _slots[index] is null ? index : null;
        var free = Array.IndexOf(_slots, null, 0, _capacity);
        return free < 0 ? null : free;
    }

    private SlotLease Occupy(int index)
    {
        var lease = new SlotLease(this, index);
        _slots[index] = lease;
        return lease;
    }

    private sealed class Waiter(int? wanted)
    {
        public int? Wanted { get; } = wanted;

        private readonly TaskCompletionSource<SlotLease?> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Set inside the pool's lock, before the task completes.</summary>
        public SlotLease? Lease { get; private set; }

        public Task<SlotLease?> Granted => _granted.Task;

        public void Grant(SlotLease lease)
        {
            Lease = lease;
            _granted.SetResult(lease);
        }
    }
}

/// <summary>A slot that is held. Disposing gives it back; doing so twice does nothing.</summary>
public sealed class SlotLease : IDisposable
{
    private SlotPool? _pool;

    internal SlotLease(SlotPool pool, int index)
    {
        _pool = pool;
        Index = index;
    }

    /// <summary>Which slot, from 0.</summary>
    public int Index { get; }

    /// <inheritdoc />
    public void Dispose() => Interlocked.Exchange(ref _pool, null)?.Release(this);
}
