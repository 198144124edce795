using System.Text;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>The document at `/lineup.m3u`, as devices write it (protocols 1.5); VLC opens it.</summary>
public static class LineupM3u
{
    /// <summary>The whole document; to be sent as UTF-8.</summary>
    public static string Write(IEnumerable<LineupEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var m3u = new StringBuilder("#EXTM3U\n");
        foreach (var entry in entries)
        {
            var name = Attribute(entry.GuideName);
            m3u.Append("#EXTINF:-1 channel-id=\"").Append(entry.GuideNumber).Append("\" channel-number=\"").Append(entry.GuideNumber)
                .Append("\" tvg-name=\"").Append(name).Append("\",").Append(entry.GuideNumber).Append(' ').Append(Title(entry.GuideName)).Append('\n')
                .Append(entry.Url).Append('\n');
        }
        return m3u.ToString();
    }

    /// <summary>Text that may stand between double quotes on an `#EXTINF` line, which knows no escapes.</summary>
    public static string Attribute(string text) => Title(text).Replace('"', '\'');

    /// <summary>Text that may end an `#EXTINF` line: one line, without control characters.</summary>
    public static string Title(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().IndexOfAnyInRange('\0', '\x1F') < 0
            ? text
            : string.Create(text.Length, text, static (line, text) =>
            {
                for (var index = 0; index < line.Length; index++)
                    line[index] = char.IsControl(text[index]) ? ' ' : text[index];
            });
    }
}
