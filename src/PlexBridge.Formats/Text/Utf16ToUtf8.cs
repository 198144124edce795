using System.Text;

namespace PlexBridge.Formats.Text;

/// <summary>Turns pushed UTF-16 into UTF-8, recognised by its byte-order mark or by the zero beside a first ASCII character.</summary>
internal sealed class Utf16ToUtf8
{
    private readonly Decoder _decoder;
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly char[] _characters = new char[2048];
    private readonly byte[] _bytes = new byte[2048 * 3 + 8];

    private Utf16ToUtf8(bool isBigEndian) => _decoder = new UnicodeEncoding(isBigEndian, byteOrderMark: false).GetDecoder();

    /// <summary>Null where the head isn't UTF-16.</summary>
    public static Utf16ToUtf8? Recognize(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4)
            return null;
        return (head[0], head[1]) switch
        {
            (0xFF, 0xFE) => new Utf16ToUtf8(isBigEndian: false),
            (0xFE, 0xFF) => new Utf16ToUtf8(isBigEndian: true),
            ((byte)'#', 0) => new Utf16ToUtf8(isBigEndian: false),
            (0, (byte)'#') => new Utf16ToUtf8(isBigEndian: true),
            _ => null,
        };
    }

    public void Convert(ReadOnlySpan<byte> utf16, LineHandler onUtf8)
    {
        while (!utf16.IsEmpty)
        {
            _decoder.Convert(utf16, _characters, flush: false, out var taken, out var made, out _);
            utf16 = utf16[taken..];
            var length = _encoder.GetBytes(_characters.AsSpan(0, made), _bytes, flush: false);
            onUtf8(_bytes.AsSpan(0, length));
        }
    }
}
