namespace PlexBridge.Streaming.Buffers;

/// <summary>
/// Where a pump puts its packets: a block is filled from front to back, and what has been written since the last
/// <see cref="Flush"/> becomes a slice, or several.
/// </summary>
/// <remarks>Belongs to one pump; not thread-safe.</remarks>
public sealed class PacketWriter(TsBlockPool pool) : IDisposable
{
    private TsBlock? _block;
    private int _start;
    private int _end;

    /// <summary>Called with each finished slice, in order. The slice is the callee's only while the call lasts; who keeps it takes a reference.</summary>
    public required Action<TsSlice> OnSlice { get; init; }

    /// <summary>Called by each <see cref="Flush"/>, when all slices are out: now is the time to send.</summary>
    public Action? OnFlush { get; init; }

    /// <summary>True when the slice that is being written starts where a viewer can join.</summary>
    private bool _startsAtRandomAccess;

    /// <summary>Room for one packet; the caller fills all 188 bytes.</summary>
    public Span<byte> Next()
    {
        if (_block is null || _end + 188 > TsBlock.Capacity)
            NextBlock();
        var packet = _block!.Bytes.AsSpan(_end, 188);
        _end += 188;
        return packet;
    }

    /// <summary>Ends the slice before the next packet and marks that the next one starts with tables and a random-access point.</summary>
    public void StartAtRandomAccess()
    {
        Cut();
        _startsAtRandomAccess = true;
    }

    /// <summary>Publishes what has been written.</summary>
    public void Flush()
    {
        Cut();
        OnFlush?.Invoke();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _block?.Release();
        _block = null;
    }

    private void Cut()
    {
        if (_block is null || _end == _start)
            return;
        var slice = new TsSlice(_block, _start, _end - _start, _startsAtRandomAccess);
        _start = _end;
        _startsAtRandomAccess = false;
        OnSlice(slice);
    }

    private void NextBlock()
    {
        Cut();
        _block?.Release();
        _block = pool.Rent();
        _start = _end = 0;
    }
}
