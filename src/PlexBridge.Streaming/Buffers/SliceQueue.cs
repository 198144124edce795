namespace PlexBridge.Streaming.Buffers;

/// <summary>
/// Slices in order, each holding a reference to its block. Neighbours in one block become one slice, so that a
/// trickling source costs neither many entries nor many small sends.
/// </summary>
/// <remarks>Not thread-safe: its owner's lock guards it.</remarks>
public sealed class SliceQueue
{
    private TsSlice[] _slices = new TsSlice[16];
    private int _head;
    private int _count;

    /// <summary>How many slices wait.</summary>
    public int Count => _count;

    /// <summary>How many bytes wait.</summary>
    public long Bytes { get; private set; }

    /// <summary>The slice at a position from the front; no reference is handed over.</summary>
    public TsSlice this[int index] => _slices[(_head + index) % _slices.Length];

    /// <summary>Adds a slice and takes a reference of its own.</summary>
    public void Add(in TsSlice slice)
    {
        Bytes += slice.Length;
        if (_count > 0 && !slice.StartsAtRandomAccess)
        {
            ref var last = ref _slices[(_head + _count - 1) % _slices.Length];
            if (ReferenceEquals(last.Block, slice.Block) && last.Offset + last.Length == slice.Offset)
            {
                last = last with { Length = last.Length + slice.Length };
                return;
            }
        }

        if (_count == _slices.Length)
            Grow();
        slice.Block.AddReference();
        _slices[(_head + _count) % _slices.Length] = slice;
        _count++;
    }

    /// <summary>Takes the front slice; its reference is the caller's to release.</summary>
    public TsSlice Take()
    {
        var slice = _slices[_head];
        _slices[_head] = default;
        _head = (_head + 1) % _slices.Length;
        _count--;
        Bytes -= slice.Length;
        return slice;
    }

    /// <summary>Releases everything.</summary>
    public void Clear()
    {
        while (_count > 0)
            Take().Block.Release();
    }

    private void Grow()
    {
        var larger = new TsSlice[_slices.Length * 2];
        for (var i = 0; i < _count; i++)
            larger[i] = this[i];
        _slices = larger;
        _head = 0;
    }
}
