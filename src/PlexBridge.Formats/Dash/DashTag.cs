using System.Runtime.InteropServices;

namespace PlexBridge.Formats.Dash;

/// <summary>One tag of an XML text, as places in that text.</summary>
/// <param name="Start">Where its &lt; stands.</param>
/// <param name="End">Behind its &gt;.</param>
/// <param name="Name">The local name, without a namespace's prefix.</param>
/// <param name="IsClosing">It ends an element.</param>
/// <param name="IsEmpty">It is an element without content.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DashTag(int Start, int End, string Name, bool IsClosing, bool IsEmpty);

/// <summary>
/// Finds the tags of an XML text, forgivingly: comments, processing instructions and CDATA are passed over, entities are
/// left alone. A document type is refused, since it could define entities.
/// </summary>
/// <param name="text">The whole document.</param>
internal sealed class DashTags(string text)
{
    private int _at;

    /// <summary>The next tag; null at the end, or where the text is no XML any more.</summary>
    public DashTag? Next()
    {
        while (true)
        {
            var start = text.IndexOf('<', _at);
            if (start < 0)
                return null;
            var rest = text.AsSpan(start);
            if (rest.StartsWith("<!--"))
                _at = Behind(start + 4, "-->");
            else if (rest.StartsWith("<![CDATA["))
                _at = Behind(start + 9, "]]>");
            else if (rest.StartsWith("<?"))
                _at = Behind(start + 2, "?>");
            else if (rest.StartsWith("<!"))
                _at = text.Length;
            else
                return Read(start);
        }
    }

    /// <summary>The attributes of a tag: name, and where its value stands.</summary>
    public IEnumerable<(string Name, int Start, int Length)> Attributes(DashTag tag)
    {
        var at = tag.Start + 1;
        while (at < tag.End && !char.IsWhiteSpace(text[at]))
            at++;
        while (at < tag.End)
        {
            var equals = text.IndexOf('=', at, tag.End - at);
            if (equals < 0)
                yield break;
            var quote = equals + 1;
            while (quote < tag.End && char.IsWhiteSpace(text[quote]))
                quote++;
            if (quote >= tag.End || text[quote] is not ('"' or '\''))
                yield break;
            var close = text.IndexOf(text[quote], quote + 1, tag.End - quote - 1);
            if (close < 0)
                yield break;
            yield return (LocalName(text.AsSpan(at, equals - at).Trim()), quote + 1, close - quote - 1);
            at = close + 1;
        }
    }

    private DashTag? Read(int start)
    {
        var isClosing = start + 1 < text.Length && text[start + 1] == '/';
        var at = start + (isClosing ? 2 : 1);
        var nameEnd = at;
        while (nameEnd < text.Length && !char.IsWhiteSpace(text[nameEnd]) && text[nameEnd] is not ('>' or '/'))
            nameEnd++;
        var end = nameEnd;
        for (var quote = '\0'; end < text.Length; end++)
        {
            var letter = text[end];
            if (quote == '\0' && letter == '>')
                break;
            if (quote == '\0' && letter is '"' or '\'' && quote == '\0')
                quote = letter;
            else if (letter == quote)
                quote = '\0';
        }

        if (end >= text.Length)
        {
            _at = text.Length;
            return null;
        }

        _at = end + 1;
        return new DashTag(start, end + 1, LocalName(text.AsSpan(at, nameEnd - at)), isClosing, text[end - 1] == '/');
    }

    private int Behind(int from, string mark)
    {
        var found = text.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? text.Length : found + mark.Length;
    }

    private static string LocalName(ReadOnlySpan<char> name) => name[(name.IndexOf(':') + 1)..].ToString();
}
