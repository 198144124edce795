namespace PlexBridge.Formats.M3u;

/// <summary>
/// Walks over key="value" pairs up to the first comma outside of quotes. Forgives single quotes, no quotes, blanks
/// around '=', quotes and commas inside values, a quote that is never closed, and words that are no attribute.
/// </summary>
internal ref struct AttributeReader(ReadOnlySpan<char> text, bool endsAtComma)
{
    private readonly ReadOnlySpan<char> _text = text;
    private readonly bool _endsAtComma = endsAtComma;
    private int _position;
    private int _afterLastAttribute;

    /// <summary>True once the comma before the name was met.</summary>
    public bool HasComma { get; private set; }

    /// <summary>After the last attribute: what follows the comma, or without one what follows the last attribute.</summary>
    public readonly ReadOnlySpan<char> Rest => (HasComma ? _text[_position..] : _text[_afterLastAttribute..]).Trim();

    public bool TryRead(out ReadOnlySpan<char> key, out ReadOnlySpan<char> value)
    {
        key = value = default;
        while (!HasComma)
        {
            _position = SkipBlanks(_position);
            if (_position >= _text.Length)
                return false;
            if (_text[_position] == ',')
            {
                _position++;
                HasComma = _endsAtComma;
                continue;
            }

            if (TryReadKey(_position, out var keyEnd, out var valueStart))
            {
                key = _text[_position..keyEnd];
                value = ReadValue(valueStart);
                _afterLastAttribute = _position;
                return true;
            }
            _position = SkipWord(_position);
        }
        return false;
    }

    private readonly bool TryReadKey(int start, out int keyEnd, out int valueStart)
    {
        keyEnd = start;
        while (keyEnd < _text.Length && (char.IsAsciiLetterOrDigit(_text[keyEnd]) || _text[keyEnd] is '-' or '_' or '.'))
            keyEnd++;
        valueStart = SkipBlanks(keyEnd);
        if (keyEnd == start || valueStart >= _text.Length || _text[valueStart] != '=')
            return false;
        valueStart++;
        return true;
    }

    private ReadOnlySpan<char> ReadValue(int start)
    {
        var first = SkipBlanks(start);
        if (first >= _text.Length)
        {
            _position = _text.Length;
            return default;
        }
        if (_text[first] is '"' or '\'')
            return ReadQuoted(first);
        // "tvg-id= group-title=…" is an empty value, not the value "group-title=…".
        if (first > start && TryReadKey(first, out _, out _))
        {
            _position = first;
            return default;
        }
        _position = SkipWord(first);
        return _text[first.._position];
    }

    private ReadOnlySpan<char> ReadQuoted(int open)
    {
        var quote = _text[open];
        var firstQuote = -1;
        for (var i = open + 1; i < _text.Length; i++)
        {
            if (_text[i] != quote)
                continue;
            if (IsFollowedByBorder(i + 1))
                return Take(open + 1, i, i + 1);
            if (_text[..i].TrimEnd().EndsWith('='))
                return firstQuote >= 0 ? Take(open + 1, firstQuote, firstQuote + 1) : TakeUnclosed(open + 1, i);
            if (firstQuote < 0)
                firstQuote = i;
        }
        if (firstQuote >= 0)
            return Take(open + 1, firstQuote, firstQuote + 1);
        var comma = _endsAtComma ? _text[open..].IndexOf(',') : -1;
        var end = comma < 0 ? _text.Length : open + comma;
        return Take(open + 1, end, end);
    }

    /// <summary>A quote ends a value where the line, the name or another attribute follows; else it is part of the value.</summary>
    private readonly bool IsFollowedByBorder(int at)
    {
        var next = SkipBlanks(at);
        return next >= _text.Length || _text[next] == ',' || TryReadKey(next, out _, out _);
    }

    /// <summary>The quote at <paramref name="nextOpen"/> opens the next attribute, so this value ends before that one's key.</summary>
    private ReadOnlySpan<char> TakeUnclosed(int start, int nextOpen)
    {
        var end = _text[..nextOpen].TrimEnd()[..^1].TrimEnd().Length;
        while (end > start && !char.IsWhiteSpace(_text[end - 1]) && _text[end - 1] != ',')
            end--;
        return Take(start, end, end);
    }

    private ReadOnlySpan<char> Take(int start, int end, int next)
    {
        _position = next;
        return _text[start..end].Trim();
    }

    private readonly int SkipBlanks(int at)
    {
        while (at < _text.Length && char.IsWhiteSpace(_text[at]))
            at++;
        return at;
    }

    private readonly int SkipWord(int at)
    {
        while (at < _text.Length && !char.IsWhiteSpace(_text[at]) && _text[at] != ',')
            at++;
        return at;
    }
}
