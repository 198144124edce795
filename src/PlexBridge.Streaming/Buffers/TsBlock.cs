namespace PlexBridge.Streaming.Buffers;

/// <summary>
/// A pooled, reference-counted block of whole TS packets. The pump that rented it fills it from front to back; what
/// was published is never changed again, so that any number of viewers can read it without a copy.
/// </summary>
/// <remarks>The last <see cref="Release"/> gives it back to its pool. References may be added and released on any thread.</remarks>
public sealed class TsBlock
{
    /// <summary>348 packets: just under 64 KiB.</summary>
    public const int Capacity = 348 * 188;

    private readonly TsBlockPool _pool;
    private int _references;

    internal TsBlock(TsBlockPool pool) => _pool = pool;

    /// <summary>The bytes; only the parts that slices name hold packets. Pinned: a collection never copies them, and sends pin nothing anew.</summary>
    internal byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);

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

/// <summary>
/// The blocks of all relays. Keeps the idle ones that are taken again, as groups of pictures go back as a whole and are
/// taken block by block; what has lain for a while goes to the collector.
/// </summary>
public sealed class TsBlockPool
{
    private const int FewIdle = 32; // 2 MiB

    /// <summary>So many returns are a while, at least; with much rented, as many as empty and fill all histories a few times.</summary>
    private const int While = 1024;

    private readonly Lock _gate = new();
    private readonly Stack<TsBlock> _idle = new();
    private int _rented;
    private int _leastIdle;
    private int _returns;

    /// <summary>How many blocks are out; tests see by it that nothing leaks.</summary>
    public int Rented
    {
        get
        {
            lock (_gate)
                return _rented;
        }
    }

    /// <summary>A block with one reference, the caller's; the one that came back last, as it is still in the cache.</summary>
    internal TsBlock Rent()
    {
        TsBlock? block;
        lock (_gate)
        {
            _rented++;
            _idle.TryPop(out block);
            _leastIdle = Math.Min(_leastIdle, _idle.Count);
        }

        block ??= new TsBlock(this);
        block.Start();
        return block;
    }

    internal void Return(TsBlock block)
    {
        lock (_gate)
        {
            _rented--;
            _idle.Push(block);
            while (_idle.Count > _rented + FewIdle)
                _idle.Pop();
            if (++_returns >= Math.Max(_rented * 4, While))
                Trim();
        }
    }

    /// <summary>What has been idle all the while isn't needed.</summary>
    private void Trim()
    {
        for (_leastIdle = Math.Min(_leastIdle, _idle.Count); _leastIdle > FewIdle; _leastIdle--)
            _idle.Pop();
        _leastIdle = _idle.Count;
        _returns = 0;
    }
}
