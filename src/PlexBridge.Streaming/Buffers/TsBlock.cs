using System.Collections.Concurrent;

namespace PlexBridge.Streaming.Buffers;

/// <summary>
/// A pooled, reference-counted block of whole TS packets. The pump that rented it fills it from front to back; what
/// was published is never changed again, so that any number of viewers can read it without a copy.
/// </summary>
/// <remarks>The last <see cref="Release"/> gives it back to its pool. References may be added and released on any thread.</remarks>
public sealed class TsBlock
{
    /// <summary>348 packets: just under 64 KiB, so that a block stays out of the large object heap.</summary>
    public const int Capacity = 348 * 188;

    private readonly TsBlockPool _pool;
    private int _references;

    internal TsBlock(TsBlockPool pool) => _pool = pool;

    /// <summary>The bytes; only the parts that slices name hold packets.</summary>
    internal byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(Capacity);

    internal void AddReference() => Interlocked.Increment(ref _references);

    internal void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left == 0)
            _pool.Return(this);
        else if (left < 0)
            throw new InvalidOperationException("A TS block was released more often than it was referenced.");
    }

    internal void Start() => _references = 1;
}

/// <summary>The blocks of all relays. Keeps a bounded number of idle ones, so that memory goes down again after a peak.</summary>
public sealed class TsBlockPool
{
    private const int MostIdle = 64; // 4 MiB

    private readonly ConcurrentBag<TsBlock> _idle = [];
    private int _idleCount;
    private int _rented;

    /// <summary>How many blocks are out; tests see by it that nothing leaks.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>A block with one reference, the caller's.</summary>
    internal TsBlock Rent()
    {
        if (_idle.TryTake(out var block))
            Interlocked.Decrement(ref _idleCount);
        else
            block = new TsBlock(this);
        Interlocked.Increment(ref _rented);
        block.Start();
        return block;
    }

    internal void Return(TsBlock block)
    {
        Interlocked.Decrement(ref _rented);
        if (Interlocked.Increment(ref _idleCount) > MostIdle)
        {
            Interlocked.Decrement(ref _idleCount);
            return;
        }

        _idle.Add(block);
    }
}
