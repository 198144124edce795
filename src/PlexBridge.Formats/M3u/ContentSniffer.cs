using PlexBridge.Formats.Text;

namespace PlexBridge.Formats.M3u;

/// <summary>Tells from the first bytes what can't be a playlist. Content decides: real servers send any content type.</summary>
internal static class ContentSniffer
{
    /// <summary>As many first bytes as a verdict may need.</summary>
    public const int HeadBytes = 512;

    /// <summary>Null where the head may well begin a playlist.</summary>
    public static PlaylistKind? Recognize(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return PlaylistKind.Gzip;
        if (head.StartsWith("PK\u0003\u0004"u8))
            return PlaylistKind.Zip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
            return PlaylistKind.Xz;
        if (Utf16ToUtf8.Recognize(head) is not null)
            return null;

        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        text = text.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty)
            return null;
        if (text[0] == '<')
            return text.StartsWith("<?xml"u8) && text.IndexOf("<html"u8) < 0 || text.StartsWith("<tv"u8) ? PlaylistKind.Xml : PlaylistKind.HtmlPage;
        if (text[0] == '{' || text[0] == '[' && text[1..].TrimStart(" \t\r\n"u8) is var inner && (inner.IsEmpty || inner[0] is (byte)'{' or (byte)'"' or (byte)']'))
            return PlaylistKind.Json;
        return head.Contains((byte)0) ? PlaylistKind.Binary : null;
    }
}
