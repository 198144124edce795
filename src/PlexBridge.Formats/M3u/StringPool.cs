namespace PlexBridge.Formats.M3u;

/// <summary>Hands out one string for equal text: groups and attribute names repeat a hundred thousand times in a list. Bounded.</summary>
internal sealed class StringPool
{
    private const int MaximumStrings = 4096;
    private const int MaximumLength = 128;

    private readonly HashSet<string> _strings;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public StringPool()
    {
        _strings = new HashSet<string>(StringComparer.Ordinal);
        _lookup = _strings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Get(ReadOnlySpan<char> text)
    {
        if (text.Length > MaximumLength)
            return text.ToString();
        if (_lookup.TryGetValue(text, out var known))
            return known;
        var made = text.ToString();
        if (_strings.Count < MaximumStrings)
            _strings.Add(made);
        return made;
    }
}
