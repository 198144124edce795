using System.Runtime.InteropServices;

namespace PlexBridge.Streaming.Buffers;

/// <summary>
/// Where a pump puts its packets: blocks are filled from front to back. What has been written is a tail that nobody sees
/// until it is published; what is still in the tail can be taken back.
/// </summary>
/// <remarks>Belongs to one pump; not thread-safe.</remarks>
public sealed class PacketWriter(TsBlockPool pool) : IDisposable
{
    private const int PacketSize = 188;

    /// <summary>The tail, oldest first; each run holds a reference to its block.</summary>
    private readonly List<Run> _tail = [];
    private TsBlock? _block;
    private TsBlock? _aside;
    private byte[] _bytes = [];
    private int _end = TsBlock.Capacity;
    private bool _beginsRun = true;
    private bool _isRandomAccess;

    /// <summary>Called with each published slice, in order. The slice is the callee's only while the call lasts; who keeps it takes a reference.</summary>
    public required Action<TsSlice> OnSlice { get; init; }

    /// <summary>Called when all slices of a <see cref="Publish"/> are out: now is the time to send.</summary>
    public Action? OnFlush { get; init; }

    /// <summary>Bytes written since the beginning, those taken back left out.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes published since the beginning.</summary>
    public long Published { get; private set; }

    /// <summary>Room for one packet; the caller fills all 188 bytes.</summary>
    public Span<byte> Next()
    {
        var start = _end;
        if (_beginsRun || start > TsBlock.Capacity - PacketSize)
            start = BeginRun();
        _end = start + PacketSize;
        Position += PacketSize;
        return _bytes.AsSpan(start, PacketSize);
    }

    /// <summary>Marks that the next packet starts tables and a random-access point: a slice of its own begins there.</summary>
    public void StartAtRandomAccess() => _beginsRun = _isRandomAccess = true;

    /// <summary>Publishes the tail up to a position; all of it when the position lies behind its end.</summary>
    public void Publish(long upTo)
    {
        EndRun();
        var runs = CollectionsMarshal.AsSpan(_tail);
        var done = 0;
        while (done < runs.Length && Published < upTo)
        {
            ref var run = ref runs[done];
            var length = (int)Math.Min(run.End - run.Start, upTo - Published);
            var slice = new TsSlice(run.Block, run.Start, length, run.StartsAtRandomAccess);
            run.Start += length;
            run.StartsAtRandomAccess = false;
            Published += length;
            OnSlice(slice);
            if (run.Start == run.End)
                done++;
        }

        Drop(done);
        OnFlush?.Invoke();
    }

    /// <summary>Takes the tail back: nobody will see it.</summary>
    /// <param name="visit">Shown each packet that is taken back, in order.</param>
    public void TakeBack(PacketVisitor visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        EndRun();
        foreach (var run in CollectionsMarshal.AsSpan(_tail))
            for (var at = run.Start; at < run.End; at += PacketSize)
                visit(run.Block.Bytes.AsSpan(at, PacketSize));
        Position = Published;
        _isRandomAccess = false;
        Drop(_tail.Count);
    }

    /// <summary>Publishes packets ahead of the tail, which stays held back.</summary>
    /// <param name="packets">Whole packets, no more than a block holds, and the same ones each time: they are kept.</param>
    public void PublishAside(ReadOnlySpan<byte> packets)
    {
        if (_aside is null)
        {
            _aside = pool.Rent();
            packets.CopyTo(_aside.Bytes);
        }

        OnSlice(new TsSlice(_aside, 0, packets.Length, StartsAtRandomAccess: false));
        OnFlush?.Invoke();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Drop(_tail.Count);
        _block?.Release();
        _aside?.Release();
        _block = _aside = null;
        _end = TsBlock.Capacity;
    }

    /// <summary>A new run, in a new block when this one is full; says where it starts.</summary>
    private int BeginRun()
    {
        EndRun();
        if (_end > TsBlock.Capacity - PacketSize)
        {
            _block?.Release();
            _block = pool.Rent();
            _bytes = _block.Bytes;
            _end = 0;
        }

        _block!.AddReference();
        _tail.Add(new Run { Block = _block, Start = _end, End = _end, StartsAtRandomAccess = _isRandomAccess });
        _beginsRun = _isRandomAccess = false;
        return _end;
    }

    /// <summary>The newest run's end is noted only when it is asked for.</summary>
    private void EndRun()
    {
        if (_tail.Count > 0)
            CollectionsMarshal.AsSpan(_tail)[^1].End = _end;
    }

    /// <summary>Lets go of the oldest runs.</summary>
    private void Drop(int count)
    {
        if (count == 0)
            return;
        for (var index = 0; index < count; index++)
            _tail[index].Block.Release();
        _tail.RemoveRange(0, count);
        _beginsRun |= _tail.Count == 0;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Run
    {
        public TsBlock Block;
        public int Start;
        public int End;
        public bool StartsAtRandomAccess;
    }
}

/// <summary>Looks at one packet.</summary>
public delegate void PacketVisitor(ReadOnlySpan<byte> packet);
