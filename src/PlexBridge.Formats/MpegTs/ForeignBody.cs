namespace PlexBridge.Formats.MpegTs;

/// <summary>Names what a server sent in place of a transport stream, so that people read more than "no video".</summary>
public static class ForeignBody
{
    /// <summary>A name with its article ("a web page") for well-known beginnings; null when they tell nothing.</summary>
    /// <param name="start">The first bytes of the body; 16 suffice mostly, a transport stream needs 189.</param>
    public static string? NameOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        return start switch
        {
            [TsConstants.SyncByte, ..] when start.Length > TsConstants.PacketSize && start[TsConstants.PacketSize] == TsConstants.SyncByte => "a transport stream",
            [(byte)'#', (byte)'E', (byte)'X', (byte)'T', (byte)'M', (byte)'3', (byte)'U', ..] => "a playlist",
            [(byte)'<', (byte)'M', (byte)'P', (byte)'D', ..] => "a DASH manifest",
            [(byte)'<', ..] => "a web page",
            [(byte)'{' or (byte)'[', ..] => "JSON",
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] or [0xFF, 0xD8, 0xFF, ..] or [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "a picture",
            [_, _, _, _, (byte)'f' or (byte)'s', (byte)'t', (byte)'y', (byte)'p', ..] => "an MP4 file",
            [0x1A, 0x45, 0xDF, 0xA3, ..] => "a Matroska or WebM file",
            [(byte)'F', (byte)'L', (byte)'V', ..] => "a Flash video",
            [(byte)'I', (byte)'D', (byte)'3', ..] or [0xFF, 0xF1 or 0xF9 or 0xFB or 0xFA, ..] => "plain sound without a transport stream",
            [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => "an Ogg stream",
            [0x1F, 0x8B, ..] => "gzip",
            _ => null,
        };
    }
}
