namespace PlexBridge.Sources;

/// <summary>Joins two lists of hashes where a hash occurs exactly once in each. Reused from pass to pass; for one thread.</summary>
internal sealed class HashJoin
{
    private const int Absent = -1;
    private const int Several = -2;

    private readonly ulong[] _hashes;
    private readonly int[] _left;
    private readonly int[] _right;
    private readonly int _mask;

    /// <summary>A join whose left side has at most that many hashes.</summary>
    public HashJoin(int maximumLeft)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, maximumLeft + maximumLeft / 2));
        _hashes = new ulong[size];
        _left = new int[size];
        _right = new int[size];
        _mask = size - 1;
    }

    public void Clear() => Array.Clear(_hashes);

    /// <summary>Adds to the left side; the whole left side comes before the right one.</summary>
    public void AddLeft(ulong hash, int index)
    {
        var slot = Find(hash);
        if (_hashes[slot] == 0)
        {
            _hashes[slot] = hash;
            _left[slot] = index;
            _right[slot] = Absent;
        }
        else
            _left[slot] = Several;
    }

    public void AddRight(ulong hash, int index)
    {
        var slot = Find(hash);
        if (_hashes[slot] != 0)
            _right[slot] = _right[slot] == Absent ? index : Several;
    }

    public IEnumerable<(int Left, int Right)> UniquePairs()
    {
        for (var slot = 0; slot < _hashes.Length; slot++)
            if (_hashes[slot] != 0 && _left[slot] >= 0 && _right[slot] >= 0)
                yield return (_left[slot], _right[slot]);
    }

    private int Find(ulong hash)
    {
        var slot = (int)(hash & (ulong)_mask);
        while (_hashes[slot] != 0 && _hashes[slot] != hash)
            slot = (slot + 1) & _mask;
        return slot;
    }
}
