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

    private static bool IsSameName(string host, Uri publicUrl) =>
        host.Equals(publicUrl.Host, StringComparison.OrdinalIgnoreCase) || host.Equals(publicUrl.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool IsHostCharacter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';
}
