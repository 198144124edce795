using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// An address that is to be handed to ffmpeg, taken apart strictly: what isn't plainly scheme, user, host, port, path and
/// query is refused, so that nothing in it means more to ffmpeg than it does to us.
/// </summary>
internal sealed record RemuxAddress
{
    private const int Longest = 4000;

    /// <summary>In lower case.</summary>
    public required string Scheme { get; init; }

    /// <summary>As written, percent-encoded; empty for none.</summary>
    public required string User { get; init; }

    /// <summary>A name or an IP address, without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>Null for the protocol's own.</summary>
    public required int? Port { get; init; }

    /// <summary>With its leading slash; empty for none.</summary>
    public required string Path { get; init; }

    /// <summary>Without the question mark; empty for none.</summary>
    public required string Query { get; init; }

    /// <summary>What followed the address behind a blank, as some playlists write options of RTMP.</summary>
    public required string Trailer { get; init; }

    /// <summary>Takes an address apart.</summary>
    /// <param name="text">The address as the playlist has it.</param>
    /// <param name="address">Its parts.</param>
    /// <param name="fault">What is wrong with it, to follow the stream's name; carries no part of it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RemuxAddress? address, [NotNullWhen(false)] out string? fault)
    {
        address = null;
        fault = null;
        text = text.Trim(' ');
        if (text.Length > Longest)
            fault = "is longer than any address";
        else if (text.Any(char.IsControl))
            fault = "holds control characters";
        if (fault is not null)
            return false;

        var mark = text.IndexOf("://", StringComparison.Ordinal);
        if (mark <= 0 || !char.IsAsciiLetter(text[0]) || text.AsSpan(0, mark).ContainsAnyExcept(SchemeLetters))
        {
            fault = "has no scheme";
            return false;
        }

        var blank = text.IndexOf(' ', StringComparison.Ordinal);
        var trailer = blank < 0 ? "" : text[(blank + 1)..].Trim();
        var rest = text[(mark + 3)..(blank < 0 ? text.Length : blank)];
        if (rest.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || rest.AsSpan().ContainsAny(NotInAddresses))
        {
            fault = "holds characters that an address can't";
            return false;
        }

        if (HidesControls(rest))
        {
            fault = "hides control characters behind percent signs";
            return false;
        }

        var end = rest.AsSpan().IndexOfAny("/?#");
        var authority = end < 0 ? rest : rest[..end];
        rest = end < 0 ? "" : rest[end..];
        var fragment = rest.IndexOf('#', StringComparison.Ordinal);
        rest = fragment < 0 ? rest : rest[..fragment];
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var at = authority.LastIndexOf('@');
        if (!TryReadHost(authority[(at + 1)..], out var host, out var port))
        {
            fault = "names no usable host";
            return false;
        }

        address = new RemuxAddress
        {
            Scheme = text[..mark].ToLowerInvariant(),
            User = at < 0 ? "" : authority[..at],
            Host = host,
            Port = port,
            Path = query < 0 ? rest : rest[..query],
            Query = query < 0 ? "" : rest[(query + 1)..],
            Trailer = trailer,
        };
        return true;
    }

    /// <summary>The query's pairs, decoded, in order.</summary>
    public IEnumerable<(string Name, string Value)> Pairs()
    {
        foreach (var pair in Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0
                ? (Uri.UnescapeDataString(pair), "")
                : (Uri.UnescapeDataString(pair[..equals]), Uri.UnescapeDataString(pair[(equals + 1)..]));
        }
    }

    /// <summary>User and password written so that nothing in them can end the authority; with the @, or empty.</summary>
    public string SafeUser
    {
        get
        {
            if (User.Length == 0)
                return "";
            var colon = User.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? User : User[..colon];
            var password = colon < 0 ? "" : ":" + Uri.EscapeDataString(Uri.UnescapeDataString(User[(colon + 1)..]));
            return Uri.EscapeDataString(Uri.UnescapeDataString(name)) + password + "@";
        }
    }

    private static bool TryReadHost(string authority, out string host, out int? port)
    {
        host = "";
        port = null;
        var close = authority.StartsWith('[') ? authority.IndexOf(']', StringComparison.Ordinal) : -1;
        var colon = authority.IndexOf(':', Math.Max(close, 0));
        host = close > 0 ? authority[1..close] : colon < 0 ? authority : authority[..colon];
        if (close > 0 && close + 1 != (colon < 0 ? authority.Length : colon))
            return false;
        if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6) || host.Contains('%', StringComparison.Ordinal))
            return false;
        if (colon < 0 || colon == authority.Length - 1)
            return true;
        if (!int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            return false;
        port = number;
        return true;
    }

    /// <summary>%00 to %1F and %7F, however often the percent sign itself is encoded.</summary>
    private static bool HidesControls(string text)
    {
        for (var round = 0; round < 3 && text.Contains('%', StringComparison.Ordinal); round++)
        {
            text = Uri.UnescapeDataString(text);
            if (text.Any(char.IsControl))
                return true;
        }

        return false;
    }

    private static readonly System.Buffers.SearchValues<char> NotInAddresses = System.Buffers.SearchValues.Create("\"<>\\^`|");

    private static readonly System.Buffers.SearchValues<char> SchemeLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
}
