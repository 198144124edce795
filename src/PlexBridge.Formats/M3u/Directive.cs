namespace PlexBridge.Formats.M3u;

/// <summary>Lines that begin with '#': a name, mostly a colon, and what follows it.</summary>
internal static class Directive
{
    /// <summary>True where the line carries that directive, whatever its case; the colon may be missing.</summary>
    public static bool TryRead(ReadOnlySpan<char> line, string name, out ReadOnlySpan<char> value)
    {
        value = default;
        if (!line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            return false;
        value = line[name.Length..];
        if (!value.IsEmpty && (char.IsAsciiLetterOrDigit(value[0]) || value[0] is '-' or '_'))
            return name == "#EXTINF" && (char.IsAsciiDigit(value[0]) || value[0] == '-');
        value = value.TrimStart();
        if (!value.IsEmpty && value[0] == ':')
            value = value[1..];
        value = value.Trim();
        return true;
    }

    /// <summary>Divides "key = value", without the quotes that some lists put around the value.</summary>
    public static bool TryDivide(ReadOnlySpan<char> text, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value)
    {
        var at = text.IndexOf('=');
        key = at < 0 ? text : text[..at].Trim();
        value = at < 0 ? default : text[(at + 1)..].Trim();
        if (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0])
            value = value[1..^1].Trim();
        return at > 0;
    }
}
