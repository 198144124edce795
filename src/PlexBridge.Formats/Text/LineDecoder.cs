using System.Buffers;
using System.Text.Unicode;

namespace PlexBridge.Formats.Text;

/// <summary>
/// Decodes one line at a time: UTF-8, and where a line isn't valid UTF-8, Windows-1252 or Windows-1251, because the
/// base library has no code pages. The returned text lives until the next call.
/// </summary>
internal sealed class LineDecoder
{
    private const string Windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";
    private const string Windows1251 = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u0098™љ›њќћџ\u00A0ЎўЈ¤Ґ¦§Ё©Є«¬\u00AD®Ї°±Ііґµ¶·ё№є»јЅѕї";

    private char[] _text = new char[1024];
    private bool _isCyrillic;

    /// <summary>Takes the encoding's name that the list states, e.g. "windows-1251".</summary>
    public void Prefer(ReadOnlySpan<char> encoding) => _isCyrillic |= encoding.Contains("1251", StringComparison.Ordinal);

    public ReadOnlySpan<char> Decode(ReadOnlySpan<byte> line)
    {
        if (_text.Length < line.Length)
            _text = new char[Math.Max(line.Length, _text.Length * 2)];
        if (Utf8.ToUtf16(line, _text, out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done)
            return _text.AsSpan(0, length);

        // Cyrillic words are runs of letters above 0xC0; in Western text such letters stand alone or in pairs.
        _isCyrillic |= LongestHighRun(line) >= 3;
        for (var i = 0; i < line.Length; i++)
            _text[i] = _isCyrillic ? FromWindows1251(line[i]) : FromWindows1252(line[i]);
        return _text.AsSpan(0, line.Length);
    }

    private static int LongestHighRun(ReadOnlySpan<byte> line)
    {
        int longest = 0, run = 0;
        foreach (var value in line)
            longest = Math.Max(longest, run = value >= 0xC0 ? run + 1 : 0);
        return longest;
    }

    private static char FromWindows1251(byte value) => value switch
    {
        < 0x80 => (char)value,
        >= 0xC0 => (char)(0x0410 + value - 0xC0),
        _ => Windows1251[value - 0x80],
    };

    private static char FromWindows1252(byte value) => value is >= 0x80 and < 0xA0 ? Windows1252[value - 0x80] : (char)value;
}
