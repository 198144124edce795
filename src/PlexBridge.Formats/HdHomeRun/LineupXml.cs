using System.Text;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>The document at `/lineup.xml`: one `Program` per channel whose children are the keys of the JSON (protocols 1.5).</summary>
public static class LineupXml
{
    /// <summary>The whole document; to be sent as UTF-8.</summary>
    public static string Write(IEnumerable<LineupEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var xml = new StringBuilder("""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""").Append('\n').Append("<Lineup>");
        foreach (var entry in entries)
        {
            xml.Append("<Program>");
            Element(xml, "GuideNumber", entry.GuideNumber);
            Element(xml, "GuideName", entry.GuideName);
            Element(xml, "VideoCodec", entry.VideoCodec);
            Element(xml, "AudioCodec", entry.AudioCodec);
            Element(xml, "HD", entry.IsHd ? "1" : null);
            Element(xml, "Favorite", entry.IsFavorite ? "1" : null);
            Element(xml, "DRM", entry.IsDrm ? "1" : null);
            Element(xml, "URL", entry.Url);
            xml.Append("</Program>");
        }
        return xml.Append("</Lineup>").ToString();
    }

    private static void Element(StringBuilder xml, string name, string? text)
    {
        if (text is null)
            return;
        xml.Append('<').Append(name).Append('>');
        foreach (var rune in text.EnumerateRunes())
            Append(xml, rune);
        xml.Append("</").Append(name).Append('>');
    }

    private static void Append(StringBuilder xml, Rune rune)
    {
        switch (rune.Value)
        {
            case '<':
                xml.Append("&lt;");
                break;
            case '>':
                xml.Append("&gt;");
                break;
            case '&':
                xml.Append("&amp;");
                break;
            // XML 1.0 has no way to write the other control characters, nor these two.
            case < 0x20 and not ('\t' or '\n' or '\r'):
            case 0xFFFE or 0xFFFF:
                break;
            default:
                xml.Append(rune.ToString());
                break;
        }
    }
}
