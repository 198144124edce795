using System.Globalization;
using System.Text;

namespace PlexBridge.Formats.Text;

/// <summary>
/// Text as it is compared: lower case, without accents, ligatures and compatibility forms (full-width, superscript,
/// styled letters) resolved, blanks collapsed. The base library's normalization does nothing with invariant
/// globalization, hence a table of our own. Quality marks such as "HD" stay.
/// </summary>
public static class TextFolding
{
    private static readonly Table Folding = Table.Build();

    /// <summary>Folds a text. Equal results mean "the same to a reader"; the result itself isn't for display.</summary>
    public static string Fold(ReadOnlySpan<char> text)
    {
        var length = FoldedAsciiLength(text);
        if (length == text.Length)
            return text.ToString();
        var folded = new StringBuilder(text.Length);
        var isBlankDue = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                isBlankDue = folded.Length > 0;
                continue;
            }
            if (IsIgnored(rune))
                continue;
            if (isBlankDue)
                folded.Append(' ');
            isBlankDue = false;
            Append(folded, rune);
        }
        return folded.ToString();
    }

    private static void Append(StringBuilder folded, Rune rune)
    {
        if (rune.IsAscii)
            folded.Append(char.ToLowerInvariant((char)rune.Value));
        else if (Folding.Find(rune.Value) is { } replacement)
            folded.Append(replacement);
        else
            folded.Append(Rune.ToLowerInvariant(rune));
    }

    /// <summary>How much of the text is already folded: most ids and many names are, wholly.</summary>
    private static int FoldedAsciiLength(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] is < ' ' or > '~' or (>= 'A' and <= 'Z') || text[i] == ' ' && (i == 0 || i == text.Length - 1 || text[i - 1] == ' '))
                return i;
        return text.Length;
    }

    /// <summary>
    /// Accents that stand alone, and what can't be seen. Only the accents shared by scripts: the marks of Indic and
    /// South-East Asian scripts are vowels, without which different words become one.
    /// </summary>
    private static bool IsIgnored(Rune rune) => rune.Value switch
    {
        < 0x80 => rune.Value is < 0x20 or 0x7F,
        >= 0x0300 and <= 0x036F or >= 0x1AB0 and <= 0x1AFF or >= 0x1DC0 and <= 0x1DFF or >= 0x20D0 and <= 0x20FF or >= 0xFE20 and <= 0xFE2F => true,
        >= 0x0591 and <= 0x05BD or >= 0x064B and <= 0x0652 or 0x0640 => true,
        >= 0xFE00 and <= 0xFE0F => true,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control,
    };

    /// <summary>The generated lines as two parallel arrays, sorted by character.</summary>
    private sealed class Table(int[] characters, string[] replacements)
    {
        public static Table Build()
        {
            var pairs = new SortedList<int, string>(4096);
            for (var i = 0; i < FoldingTable.Lines.Length; i += 2)
                foreach (var range in FoldingTable.Lines[i + 1].Split(' '))
                {
                    var (first, last) = ReadRange(range);
                    for (var character = first; character <= last; character++)
                        pairs.Add(character, FoldingTable.Lines[i]);
                }
            return new Table([.. pairs.Keys], [.. pairs.Values]);
        }

        public string? Find(int character)
        {
            var at = Array.BinarySearch(characters, character);
            return at < 0 ? null : replacements[at];
        }

        private static (int First, int Last) ReadRange(string range)
        {
            var dash = range.IndexOf('-', StringComparison.Ordinal);
            var first = int.Parse(dash < 0 ? range : range[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return (first, dash < 0 ? first : int.Parse(range.AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
    }
}
