using System.Net;

namespace PlexBridge.Accounts;

/// <summary>
/// Which names a request may address us by. A web page elsewhere can make its own name resolve to our address (DNS
/// rebinding) and then read us with the visitor's browser; names that no public DNS can hand out don't allow that.
/// </summary>
internal static class HostCheck
{
    /// <param name="host">The Host header without its port; empty for HTTP/1.0 clients, which browsers are not.</param>
    /// <param name="publicUrl">The setting public.url.</param>
    public static bool IsOurs(string host, Uri? publicUrl)
    {
        if (host.Length == 0)
            return true;
        if (publicUrl is not null && IsSameName(host, publicUrl))
            return true;
        if (host[0] == '[')
            return host[^1] == ']' && IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out _);
        if (host.Contains(':', StringComparison.Ordinal) || !host.All(IsHostCharacter))
            return false;
        return !host.Contains('.', StringComparison.Ordinal)
            || IPAddress.TryParse(host, out _)
            || (host.EndsWith(".local", StringComparison.OrdinalIgnoreCase) && host.Length > ".local".Length);
    }

    /// <summary>Whether a text is a host, with or without a port, and nothing else: it goes into addresses that clients follow.</summary>
    public static bool IsWellFormed(string host)
    {
        var end = host.StartsWith('[') ? host.IndexOf(']', StringComparison.Ordinal) + 1 : host.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? colon : host.Length;
        var (name, port) = (host[..end], host[end..]);
        return end > 0
            && (name[0] == '[' ? IPAddress.TryParse(name.AsSpan(1, end - 2), out _) : name.All(IsHostCharacter))
            && (port.Length == 0 || (port[0] == ':' && ushort.TryParse(port.AsSpan(1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0));
    }

    private static bool IsSameName(string host, Uri publicUrl) =>
        host.Equals(publicUrl.Host, StringComparison.OrdinalIgnoreCase) || host.Equals(publicUrl.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool IsHostCharacter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';
}
