using System.Globalization;
using System.Text;

namespace PlexBridge.Formats.Hls;

/// <summary>
/// Writes a playlist anew for a reader that must not see the source's own addresses: only what such a reader needs, and
/// every address as the caller maps it. Nothing of the original text passes through.
/// </summary>
public static class HlsRewrite
{
    /// <summary>The playlist as text.</summary>
    /// <param name="playlist">What was read.</param>
    /// <param name="map">From an absolute address and the kind of file behind it (<c>.m3u8</c>, <c>.mp4</c>, <c>.ts</c>, <c>.aac</c>, <c>.key</c>) to the address that is written.</param>
    public static string Write(HlsPlaylist playlist, Func<string, string, string> map)
    {
        ArgumentNullException.ThrowIfNull(playlist);
        ArgumentNullException.ThrowIfNull(map);
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:6\n");
        if (playlist is HlsMasterPlaylist master)
            WriteMaster(text, master, map);
        else
            WriteMedia(text, (HlsMediaPlaylist)playlist, map);
        return text.ToString();
    }

    /// <summary>The one variant that is relayed, with every audio rendition of its group, the default one first.</summary>
    private static void WriteMaster(StringBuilder text, HlsMasterPlaylist master, Func<string, string, string> map)
    {
        var choice = HlsVariantChoice.Best(master);
        var audio = choice.Audio is null
            ? []
            : master.Renditions
                .Where(rendition => rendition.Kind == "AUDIO" && rendition.Group == choice.Audio.Group && rendition.Address is not null)
                .OrderByDescending(rendition => rendition == choice.Audio)
                .ToList();
        foreach (var rendition in audio)
        {
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"{Quotable(rendition.Name)}\"");
            if (rendition.Language is { } language)
                text.Append(CultureInfo.InvariantCulture, $",LANGUAGE=\"{Quotable(language)}\"");
            text.Append(CultureInfo.InvariantCulture, $",DEFAULT={(rendition == choice.Audio ? "YES" : "NO")},URI=\"{map(rendition.Address!, ".m3u8")}\"\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-STREAM-INF:BANDWIDTH={Math.Max(1, choice.Variant.Bandwidth)}{(audio.Count > 0 ? ",AUDIO=\"audio\"" : "")}\n");
        text.Append(map(choice.Variant.Address, ".m3u8")).Append('\n');
    }

    private static void WriteMedia(StringBuilder text, HlsMediaPlaylist media, Func<string, string, string> map)
    {
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{Math.Max(1, (long)Math.Ceiling(media.TargetDuration.TotalSeconds))}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA-SEQUENCE:{media.MediaSequence}\n");
        HlsKey? key = null;
        UInt128? vector = null;
        HlsMap? map4 = null;
        foreach (var segment in media.Segments)
        {
            if (segment.IsDiscontinuity)
                text.Append("#EXT-X-DISCONTINUITY\n");
            if (segment.Map is { } init && init != map4)
            {
                WriteKey(text, init.Key, init.Key?.InitializationVector, ref key, ref vector, map);
                text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MAP:URI=\"{map(init.Address, ".mp4")}\"");
                if (init.Range is { } part)
                    text.Append(CultureInfo.InvariantCulture, $",BYTERANGE=\"{part.Length}@{part.Offset}\"");
                text.Append('\n');
                map4 = init;
            }

            // Without an IV of its own a segment's number is its IV (RFC 8216, 5.2).
            WriteKey(text, segment.Key, segment.Key?.InitializationVector ?? (UInt128)(ulong)segment.Sequence, ref key, ref vector, map);
            text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{segment.Duration.TotalSeconds:0.######},\n");
            if (segment.Range is { } range)
                text.Append(CultureInfo.InvariantCulture, $"#EXT-X-BYTERANGE:{range.Length}@{range.Offset}\n");
            text.Append(map(segment.Address, segment.Map is not null ? ".mp4" : ExtensionOf(segment.Address))).Append('\n');
        }

        if (media.IsEnded)
            text.Append("#EXT-X-ENDLIST\n");
    }

    private static void WriteKey(
        StringBuilder text, HlsKey? key, UInt128? vector, ref HlsKey? written, ref UInt128? writtenVector, Func<string, string, string> map)
    {
        if (key == written && (key is null || vector == writtenVector))
            return;
        written = key;
        writtenVector = vector;
        if (key is null)
        {
            text.Append("#EXT-X-KEY:METHOD=NONE\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-KEY:METHOD=AES-128,URI=\"{map(key.Address, ".key")}\"");
        if (vector is { } value)
            text.Append(CultureInfo.InvariantCulture, $",IV=0x{value:X32}");
        text.Append('\n');
    }

    /// <summary>Packed audio says so by its name; anything else is taken for a transport stream.</summary>
    private static string ExtensionOf(string address)
    {
        var end = address.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? address.AsSpan() : address.AsSpan(0, end);
        foreach (var known in (ReadOnlySpan<string>)[".aac", ".ac3", ".ec3", ".mp3"])
            if (path.EndsWith(known, StringComparison.OrdinalIgnoreCase))
                return known;
        return ".ts";
    }

    private static string Quotable(string text) => string.Concat(text.Where(letter => letter >= ' ' && letter is not '"'));
}
