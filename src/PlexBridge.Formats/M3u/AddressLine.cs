namespace PlexBridge.Formats.M3u;

/// <summary>The line that ends an entry: an address, with request headers behind a '|' in some lists.</summary>
internal static class AddressLine
{
    /// <summary>True for "scheme:…" with a scheme of two letters or more, so that a Windows path has none.</summary>
    public static bool HasScheme(ReadOnlySpan<char> line)
    {
        var length = SchemeLength(line);
        return length > 1 && (line[(length + 1)..].StartsWith("//") || line[..length] is "pipe" or "plugin" or "magnet" or "mailto" or "javascript");
    }

    /// <summary>The length of the scheme, 0 where there is none.</summary>
    public static int SchemeLength(ReadOnlySpan<char> line)
    {
        for (var i = 0; i < line.Length && i < 16; i++)
        {
            if (line[i] == ':')
                return i;
            if (!char.IsAsciiLetterOrDigit(line[i]) && line[i] is not ('+' or '-' or '.') || i == 0 && !char.IsAsciiLetter(line[i]))
                return 0;
        }
        return 0;
    }

    public static void Read(ReadOnlySpan<char> line, M3uEntry entry)
    {
        var bar = line.IndexOf('|');
        if (bar > 0 && !line.StartsWith("pipe:"))
        {
            var suffix = line[(bar + 1)..].Trim();
            // Some tokens hold a '|' of their own: only "Name=" behind it makes it a suffix.
            if (suffix.IsEmpty || Directive.TryDivide(suffix, out var key, out _) && HeaderLines.IsToken(key))
            {
                HeaderLines.ReadPairs(suffix, entry);
                line = line[..bar].TrimEnd();
            }
        }
        var url = line.ToString();
        entry.Url = HasScheme(line) && !line.StartsWith("pipe:") ? url.Replace(" ", "%20", StringComparison.Ordinal) : url;
    }

    /// <summary>A name for an entry that has none: the last part of the path, else the host, never more of the address.</summary>
    public static string NameOf(string url)
    {
        var path = url.AsSpan();
        var end = path.IndexOfAny('?', '#');
        path = (end < 0 ? path : path[..end]).TrimEnd('/');
        var name = path[(path.LastIndexOf('/') + 1)..];
        name = name[(name.LastIndexOf('@') + 1)..].Trim();
        return name.IsEmpty ? "?" : name.ToString();
    }
}
