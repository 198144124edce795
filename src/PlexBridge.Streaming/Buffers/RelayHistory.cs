namespace PlexBridge.Streaming.Buffers;

/// <summary>
/// What a joiner gets at once: the newest complete group of pictures and what has come of the next one. Nothing older
/// is kept, and never more than a budget.
/// </summary>
/// <remarks>Not thread-safe: its owner's lock guards it.</remarks>
public sealed class RelayHistory(long budget)
{
    private readonly SliceQueue _slices = new();

    /// <summary>How many slices, from the front, make up the complete group; the rest belongs to the newest.</summary>
    private int _completeSlices;

    /// <summary>True when a viewer can join: the first slice starts at a random-access point.</summary>
    public bool CanJoin { get; private set; }

    /// <summary>How many bytes are kept.</summary>
    public long Bytes => _slices.Bytes;

    /// <summary>How many slices are kept.</summary>
    public int Count => _slices.Count;

    /// <summary>A slice by its position, the oldest first; no reference is handed over.</summary>
    public TsSlice this[int index] => _slices[index];

    /// <summary>Takes the slice that was published last.</summary>
    public void Add(in TsSlice slice)
    {
        if (slice.StartsAtRandomAccess)
        {
            DropCompleteGroup();
            _completeSlices = _slices.Count;
            CanJoin = true;
        }

        if (!CanJoin)
            return;
        if (_slices.Bytes + slice.Length > budget)
            DropCompleteGroup();
        if (_slices.Bytes + slice.Length > budget)
        {
            // A group of pictures larger than the budget: joiners wait for the next one.
            Clear();
            return;
        }

        _slices.Add(slice);
    }

    /// <summary>Releases everything; nobody can join until the next random-access point.</summary>
    public void Clear()
    {
        _slices.Clear();
        _completeSlices = 0;
        CanJoin = false;
    }

    private void DropCompleteGroup()
    {
        for (; _completeSlices > 0; _completeSlices--)
            _slices.Take().Block.Release();
    }
}
