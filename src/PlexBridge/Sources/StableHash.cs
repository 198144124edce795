using System.Numerics;

namespace PlexBridge.Sources;

/// <summary>
/// A 64-bit hash that is the same in each process, version and architecture, because it is stored. Not for secrets and
/// not against an attacker. Zero is never returned: it stands for "absent".
/// </summary>
internal struct StableHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xC2B2AE3D27D4EB4F;

    private ulong _state;

    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = new StableHash();
        hash.Add(text);
        return hash.Finish();
    }

    public static ulong Of(ulong first, ulong second)
    {
        var hash = new StableHash();
        hash.Add(first);
        hash.Add(second);
        return hash.Finish();
    }

    /// <summary>Adds a text together with its length, so that ("ab", "c") and ("a", "bc") differ.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        var length = text.Length;
        for (; text.Length >= 4; text = text[4..])
            Mix(text[0] | (ulong)text[1] << 16 | (ulong)text[2] << 32 | (ulong)text[3] << 48);
        ulong rest = 0;
        foreach (var c in text)
            rest = rest << 16 | c;
        Mix(rest);
        Mix((ulong)length + 1);
    }

    public void Add(ulong value) => Mix(value);

    public readonly ulong Finish()
    {
        var hash = _state ^ (_state >> 33);
        hash *= Second;
        hash ^= hash >> 29;
        hash *= First;
        hash ^= hash >> 32;
        return hash == 0 ? 1 : hash;
    }

    private void Mix(ulong value) => _state = BitOperations.RotateLeft(_state ^ (value * Second), 31) * First + Second;
}
