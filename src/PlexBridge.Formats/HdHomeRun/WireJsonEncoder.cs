using System.Text;
using System.Text.Encodings.Web;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>
/// The relaxed encoder, but with characters above U+FFFF left as they are: channel names carry emoji, devices send plain UTF-8,
/// and a document is read by a JSON parser, never pasted into HTML.
/// </summary>
internal sealed class WireJsonEncoder : JavaScriptEncoder
{
    private readonly JavaScriptEncoder _relaxed = UnsafeRelaxedJsonEscaping;

    public override int MaxOutputCharactersPerInputCharacter => _relaxed.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar <= char.MaxValue && _relaxed.WillEncode(unicodeScalar);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var start = 0; ;)
        {
            var found = _relaxed.FindFirstCharacterToEncode(text + start, textLength - start);
            if (found < 0)
                return -1;
            start += found;
            if (start + 1 >= textLength || !char.IsSurrogatePair(text[start], text[start + 1]))
                return start;
            start += 2;
        }
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        unicodeScalar <= char.MaxValue
            ? _relaxed.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten)
            : new Rune(unicodeScalar).TryEncodeToUtf16(new Span<char>(buffer, bufferLength), out numberOfCharactersWritten);
}
