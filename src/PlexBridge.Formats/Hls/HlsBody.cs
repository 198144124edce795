using System.Text;

namespace PlexBridge.Formats.Hls;

/// <summary>Tells a playlist from what servers send in its place, often with status 200.</summary>
internal static class HlsBody
{
    private const string Head = "#EXTM3U";

    /// <summary>Why these bytes are no playlist; null when they begin like one.</summary>
    public static string? Refuse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > HlsPlaylist.LongestBytes)
            return $"The playlist is longer than {HlsPlaylist.LongestBytes / 1024 / 1024} MiB.";
        var text = Trim(bytes);
        if (text.IsEmpty)
            return "The server answered with an empty playlist.";
        if (text.StartsWith("#EXTM3U"u8))
            return text.Length == Head.Length || text[Head.Length] is (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t'
                ? null
                : "The first line is not #EXTM3U.";
        return text[0] switch
        {
            (byte)'<' => "The server answered with a web page instead of a playlist.",
            (byte)'{' or (byte)'[' => "The server answered with JSON instead of a playlist.",
            0x47 when text.Length > 188 && text[188] == 0x47 => "This is a transport stream and not a playlist.",
            0x1F when text.Length > 1 && text[1] == 0x8B => "The playlist is still compressed (gzip).",
            _ => "The playlist does not begin with #EXTM3U.",
        };
    }

    /// <summary>The text after a byte order mark and blank lines; broken UTF-8 becomes replacement characters.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(Trim(bytes));

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            bytes = bytes[3..];
        return bytes.TrimStart(" \t\r\n"u8);
    }
}
