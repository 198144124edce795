using System.Text;

namespace PlexBridge.Formats.Text;

/// <summary>
/// What is left of an address when everything is taken out that changes from refresh to refresh: user-info, tokens in
/// query and path, and the user and password that panels put into the path. Two addresses with one skeleton are
/// probably one stream.
/// </summary>
public static class UrlSkeleton
{
    private const int ShortestToken = 16;

    private static readonly HashSet<string> TokenNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "token", "auth", "authkey", "auth_key", "sig", "sign", "signature", "hash", "md5", "key", "skey", "expires", "expire", "expiry", "exp", "e", "st",
        "hdnts", "hdnea", "hdntl", "hmac", "sid", "session", "sessionid", "session_id", "nimblesessionid", "wmsauthsign", "wowzatokenhash", "wowzatokenstarttime",
        "wowzatokenendtime", "username", "password", "user", "pass", "pwd", "u", "p", "policy", "key-pair-id", "t", "ts", "tm", "time", "timestamp", "ip",
        "nonce", "uid", "mac", "play_token", "access_token", "accesstoken", "jwt", "secret", "ticket", "cdntoken", "usertoken", "txsecret", "txtime", "utc", "lutc",
    };

    /// <summary>The skeleton; empty for an empty address. It may still hold parts of the address: treat it as the address itself.</summary>
    public static string Of(ReadOnlySpan<char> url)
    {
        var made = new StringBuilder(url.Length);
        var schemeEnd = url.IndexOf("://");
        if (schemeEnd >= 0)
        {
            AppendLower(made, url[..(schemeEnd + 3)]);
            url = url[(schemeEnd + 3)..];
            var hostEnd = url.IndexOfAny('/', '?', '#');
            var host = hostEnd < 0 ? url : url[..hostEnd];
            AppendLower(made, host[(host.LastIndexOf('@') + 1)..]);
            url = hostEnd < 0 ? default : url[hostEnd..];
        }
        var fragment = url.IndexOf('#');
        var query = url.IndexOf('?');
        if (fragment >= 0 && query > fragment)
            query = -1;
        var pathEnd = query >= 0 ? query : fragment >= 0 ? fragment : url.Length;
        AppendPath(made, url[..pathEnd]);
        if (query >= 0)
            AppendQuery(made, url[(query + 1)..(fragment >= 0 ? fragment : url.Length)]);
        if (fragment >= 0 && !LooksLikeToken(url[(fragment + 1)..]))
            made.Append(url[fragment..]);
        return made.ToString();
    }

    /// <summary>
    /// The id in the address of an Xtream panel, /live/USER/PASSWORD/ID.ext or /USER/PASSWORD/ID; empty for other
    /// addresses.
    /// </summary>
    public static ReadOnlySpan<char> XtreamId(ReadOnlySpan<char> url)
    {
        var schemeEnd = url.IndexOf("://");
        if (schemeEnd < 0)
            return default;
        url = url[(schemeEnd + 3)..];
        var slash = url.IndexOf('/');
        if (slash < 0)
            return default;
        url = url[slash..];
        var end = url.IndexOfAny('?', '#');
        return TryReadXtream(end < 0 ? url : url[..end], out _, out var id) ? id : default;
    }

    private static void AppendPath(StringBuilder made, ReadOnlySpan<char> path)
    {
        if (TryReadXtream(path, out var kind, out var id))
        {
            made.Append('/').Append(kind).Append("/*/*/").Append(id);
            return;
        }
        var isFirst = true;
        foreach (var range in path.Split('/'))
        {
            if (!isFirst)
                made.Append('/');
            isFirst = false;
            AppendSegment(made, path[range]);
        }
    }

    /// <summary>A file's name may be a token too; its extension stays.</summary>
    private static void AppendSegment(StringBuilder made, ReadOnlySpan<char> segment)
    {
        var dot = segment.LastIndexOf('.');
        var name = dot > 0 ? segment[..dot] : segment;
        // "token=…", "hdntl=exp=…~hmac=…" and the like as a path segment.
        var equals = segment.IndexOf('=');
        if (equals > 0 && TokenNames.GetAlternateLookup<ReadOnlySpan<char>>().Contains(segment[..equals]))
            made.Append(segment[..equals]).Append("=*");
        else if (LooksLikeToken(name))
            made.Append('*').Append(segment[name.Length..]);
        else
            made.Append(segment);
    }

    private static bool TryReadXtream(ReadOnlySpan<char> path, out string kind, out ReadOnlySpan<char> id)
    {
        kind = "";
        id = default;
        Span<Range> parts = stackalloc Range[6];
        var count = path.Split(parts, '/', StringSplitOptions.RemoveEmptyEntries);
        if (count is not (3 or 4))
            return false;
        kind = "live";
        if (count == 4)
        {
            var first = path[parts[0]];
            if (first is not ("live" or "movie" or "series"))
                return false;
            kind = first.ToString();
        }
        var last = path[parts[count - 1]];
        var dot = last.IndexOf('.');
        id = dot < 0 ? last : last[..dot];
        return id.Length is > 0 and <= 12 && !id.ContainsAnyExceptInRange('0', '9');
    }

    private static void AppendQuery(StringBuilder made, ReadOnlySpan<char> query)
    {
        var names = TokenNames.GetAlternateLookup<ReadOnlySpan<char>>();
        var separator = '?';
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            var name = equals < 0 ? pair : pair[..equals];
            var value = equals < 0 ? default : pair[(equals + 1)..];
            if (pair.IsEmpty || names.Contains(name) || LooksLikeToken(name))
                continue;
            made.Append(separator).Append(name);
            if (equals >= 0)
                made.Append('=');
            if (IsTimestamp(value) || LooksLikeToken(value))
                made.Append('*');
            else
                made.Append(value);
            separator = '&';
        }
    }

    /// <summary>
    /// Long, without the dividers of human words, and mixing digits with letters in the way that hashes and encodings do.
    /// </summary>
    private static bool LooksLikeToken(ReadOnlySpan<char> text)
    {
        if (text.Length < ShortestToken)
            return false;
        int digits = 0, upper = 0, lower = 0, changes = 0, dividers = 0, last = 0;
        foreach (var c in text)
        {
            int kind;
            if (char.IsAsciiDigit(c))
                (kind, digits) = (1, digits + 1);
            else if (char.IsAsciiLetterUpper(c))
                (kind, upper) = (2, upper + 1);
            else if (char.IsAsciiLetterLower(c))
                (kind, lower) = (3, lower + 1);
            else if (c is '-' or '_' or '=' or '+' or '%' or '~' or '.' or '*')
                (kind, dividers) = (last, dividers + 1);
            else
                return false;
            if (kind != last && last != 0)
                changes++;
            last = kind;
        }
        // Words change between kinds of characters now and then ("Channel4HD-1080p"), random text every second or third time.
        return digits > 0 && upper + lower > 0 && changes * 4 >= text.Length - dividers;
    }

    private static bool IsTimestamp(ReadOnlySpan<char> value) =>
        value.Length is 10 or 13 && value[0] is '1' or '2' && !value.ContainsAnyExceptInRange('0', '9');

    private static void AppendLower(StringBuilder made, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            made.Append(char.ToLowerInvariant(c));
    }
}
