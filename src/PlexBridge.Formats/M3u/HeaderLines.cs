using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PlexBridge.Formats.M3u;

/// <summary>The lines that carry request headers and licences for the entry they stand at.</summary>
internal static class HeaderLines
{
    /// <summary>#EXTVLCOPT:http-user-agent=… and its kin; options that are no header are left out.</summary>
    public static void ReadVlcOption(ReadOnlySpan<char> option, M3uEntry entry)
    {
        if (!Directive.TryDivide(option, out var key, out var value) || value.IsEmpty)
            return;
        if (key.Equals("program", StringComparison.OrdinalIgnoreCase))
        {
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var program) && program is > 0 and <= ushort.MaxValue)
                entry.Program = program;
        }
        else if (key.StartsWith("http-", StringComparison.OrdinalIgnoreCase) && HeaderName(key[5..]) is { } name)
            entry.SetHeader(name, Clean(value));
    }

    /// <summary>#KODIPROP: headers of inputstream.adaptive, and whether a licence is needed.</summary>
    public static void ReadKodiProperty(ReadOnlySpan<char> property, M3uEntry entry)
    {
        if (!Directive.TryDivide(property, out var key, out var value) || value.IsEmpty)
            return;
        if (key.EndsWith("_headers", StringComparison.OrdinalIgnoreCase))
            ReadPairs(value, entry);
        else if (key.Contains("license", StringComparison.OrdinalIgnoreCase) || key.Contains("drm", StringComparison.OrdinalIgnoreCase))
            entry.IsDrm = true;
    }

    /// <summary>#EXTHTTP:{"cookie":"…","user-agent":"…"}. What isn't JSON is left out.</summary>
    public static void ReadJson(ReadOnlySpan<char> json, M3uEntry entry)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToString());
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return;
            foreach (var property in document.RootElement.EnumerateObject())
                if (property.Value.ValueKind == JsonValueKind.String && IsToken(property.Name))
                    entry.SetHeader(HeaderName(property.Name) ?? property.Name, Clean(property.Value.GetString()));
        }
        catch (JsonException)
        {
            // A line of a list that nobody checks: the entry is still good without it.
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair.
        }
    }

    /// <summary>User-Agent=…&amp;Referer=…, the values percent-encoded. Player options among them are left out.</summary>
    public static void ReadPairs(ReadOnlySpan<char> pairs, M3uEntry entry)
    {
        foreach (var range in pairs.Split('&'))
        {
            if (!Directive.TryDivide(pairs[range], out var key, out var value) || value.IsEmpty || !IsToken(key) || IsPlayerOption(key))
                continue;
            entry.SetHeader(HeaderName(key) ?? key.ToString(), Clean(Uri.UnescapeDataString(value)));
        }
    }

    /// <summary>True for a name that HTTP allows as a header's.</summary>
    public static bool IsToken(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        return name.Length is > 0 and <= 64;
    }

    private static bool IsPlayerOption(ReadOnlySpan<char> key) =>
        key.Equals("seekable", StringComparison.OrdinalIgnoreCase) || key.StartsWith("verifypeer", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("ssl", StringComparison.OrdinalIgnoreCase) || key.Equals("failonerror", StringComparison.OrdinalIgnoreCase)
        || key.Equals("connection-timeout", StringComparison.OrdinalIgnoreCase) || key.Equals("customrequest", StringComparison.OrdinalIgnoreCase);

    /// <summary>The header's own spelling; null for a name that isn't one of the usual ones.</summary>
    private static string? HeaderName(ReadOnlySpan<char> key)
    {
        Span<char> lower = stackalloc char[16];
        if (key.Length > lower.Length)
            return null;
        key.ToLowerInvariant(lower);
        return lower[..key.Length] switch
        {
            "user-agent" or "useragent" => "User-Agent",
            "referrer" or "referer" => "Referer",
            "origin" => "Origin",
            "cookie" or "cookies" => "Cookie",
            "authorization" => "Authorization",
            "x-forwarded-for" => "X-Forwarded-For",
            _ => null,
        };
    }

    /// <summary>Control characters in a header's value would begin a header of their own.</summary>
    private static string Clean(ReadOnlySpan<char> value)
    {
        if (!value.ContainsAnyInRange('\0', '\u001F') && !value.Contains('\u007F'))
            return value.ToString();
        var clean = new StringBuilder(value.Length);
        foreach (var c in value)
            if (!char.IsControl(c))
                clean.Append(c);
        return clean.ToString();
    }
}
