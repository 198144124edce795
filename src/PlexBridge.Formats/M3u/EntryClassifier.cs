using System.Buffers;

namespace PlexBridge.Formats.M3u;

/// <summary>
/// Tells what an entry is from its address alone. In doubt it is live: a dead channel costs a user less than a
/// missing one.
/// </summary>
internal static class EntryClassifier
{
    private static readonly SearchValues<char> NotInRelative = SearchValues.Create(" []<>|\"\\");

    public static EntryKind Classify(string url, string? statedType, string name)
    {
        if (!TryReadAddress(url, out var host, out var path, out var hasQuery))
            return EntryKind.NoStream;

        var extension = ExtensionOf(path);
        if (IsPage(host, path, extension, hasQuery, url))
            return EntryKind.NoStream;
        if (IsEpisode(path, extension, statedType))
            return EntryKind.Series;
        if (IsFilm(path, extension, statedType))
            return HasEpisodeNumber(name) ? EntryKind.Series : EntryKind.Film;
        return EntryKind.Live;
    }

    private static bool TryReadAddress(ReadOnlySpan<char> url, out ReadOnlySpan<char> host, out ReadOnlySpan<char> path, out bool hasQuery)
    {
        host = path = default;
        hasQuery = false;
        if (AddressLine.HasScheme(url))
        {
            var scheme = url[..AddressLine.SchemeLength(url)];
            if (!IsStreamScheme(scheme))
                return false;
            url = url[(scheme.Length + 1)..].TrimStart('/');
            if (url.IsEmpty)
                return false;
            var slash = url.IndexOfAny('/', '?', '#');
            host = slash < 0 ? url : url[..slash];
            url = slash < 0 ? default : url[slash..];
            host = host[(host.LastIndexOf('@') + 1)..];
            // A host can't hold blanks or brackets around a note ("http://[no stream]"), an IPv6 address holds colons.
            if (host.IsEmpty && !scheme.Equals("file", StringComparison.OrdinalIgnoreCase))
                return false;
        }
        else if (url.ContainsAny(NotInRelative) || !url.ContainsAny('.', '/'))
            return false;

        var end = url.IndexOfAny('?', '#');
        hasQuery = end >= 0 && url[end] == '?' && end + 1 < url.Length;
        path = end < 0 ? url : url[..end];
        return true;
    }

    private static bool IsStreamScheme(ReadOnlySpan<char> scheme)
    {
        Span<char> lower = stackalloc char[16];
        scheme.ToLowerInvariant(lower);
        return lower[..scheme.Length] is "http" or "https" or "rtmp" or "rtmps" or "rtmpe" or "rtmpt" or "rtsp" or "rtsps" or "rtspt" or "rtspu"
            or "rtp" or "udp" or "srt" or "rist" or "mms" or "mmsh" or "mmst" or "pipe" or "hdhomerun" or "file" or "ftp";
    }

    /// <summary>The last path segment's extension in lower case, without the dot; empty where there is none.</summary>
    private static string ExtensionOf(ReadOnlySpan<char> path)
    {
        var segment = path[(path.LastIndexOf('/') + 1)..];
        var dot = segment.LastIndexOf('.');
        return dot < 0 || segment.Length - dot > 6 ? "" : segment[(dot + 1)..].ToString().ToLowerInvariant();
    }

    /// <summary>
    /// A page for people. Platforms whose channel pages appear in real lists; players made for embedding; files of a web
    /// site; and a bare path on a "www" host over plain HTTPS, where no stream server is.
    /// </summary>
    private static bool IsPage(ReadOnlySpan<char> host, ReadOnlySpan<char> path, string extension, bool hasQuery, string url)
    {
        if (extension is "m3u8" or "m3u" or "mpd" or "ts" or "isml" or "ism" or "php" or "m3u8s" || host.IsEmpty || !url.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            return false;
        // An .htm with a query is a program on some broadcasters' redirectors (relinkerServlet.htm?cont=…), an .html is a page.
        if (extension is "html" or "shtml" or "xhtml" or "jsp" || extension == "htm" && !hasQuery)
            return true;
        if (IsPlatform(host))
            return true;
        if (HasSegment(path, "iframe") || HasSegment(path, "embed"))
            return true;
        return extension.Length == 0 && !hasQuery && !host.Contains(':') && host.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
            && url.StartsWith("https", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsPlatform(ReadOnlySpan<char> host)
    {
        var colon = host.IndexOf(':');
        host = colon < 0 ? host : host[..colon];
        foreach (var platform in (ReadOnlySpan<string>)["youtube.com", "youtu.be", "youtube-nocookie.com", "twitch.tv", "dailymotion.com", "dai.ly",
            "facebook.com", "fb.watch", "vimeo.com", "vk.com", "vkvideo.ru", "ok.ru", "rutube.ru", "instagram.com", "tiktok.com", "kick.com", "x.com", "twitter.com"])
        {
            if (host.EndsWith(platform, StringComparison.OrdinalIgnoreCase) && (host.Length == platform.Length || host[^(platform.Length + 1)] == '.'))
                return true;
        }
        return false;
    }

    private static bool IsEpisode(ReadOnlySpan<char> path, string extension, string? statedType) =>
        HasSegment(path, "series") && (!IsManifest(extension) || IsXtream(path, "series")) || IsStated(statedType, "series") || IsStated(statedType, "tvshow");

    private static bool IsFilm(ReadOnlySpan<char> path, string extension, string? statedType) =>
        HasSegment(path, "movie") && (!IsManifest(extension) || IsXtream(path, "movie"))
        || extension is "mp4" or "mkv" or "avi" or "mov" or "wmv" or "m4v" or "mpg" or "mpeg" or "divx" or "3gp" or "vob" or "ogm" or "rmvb" or "webm" or "m2ts"
        || IsStated(statedType, "movie") || IsStated(statedType, "vod");

    private static bool IsStated(string? type, string word) => type is not null && type.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    private static bool IsManifest(string extension) => extension is "m3u8" or "mpd";

    private static bool HasSegment(ReadOnlySpan<char> path, string name)
    {
        foreach (var range in path.Split('/'))
            if (path[range].Equals(name, StringComparison.OrdinalIgnoreCase))
                return range.End.GetOffset(path.Length) < path.Length;
        return false;
    }

    /// <summary>The panel's shape /movie/USER/PASSWORD/ID.ext: a film even where it is served as HLS.</summary>
    private static bool IsXtream(ReadOnlySpan<char> path, string first)
    {
        Span<Range> parts = stackalloc Range[8];
        var count = path.Split(parts, '/', StringSplitOptions.RemoveEmptyEntries);
        return count is >= 4 and < 8 && path[parts[count - 4]].Equals(first, StringComparison.OrdinalIgnoreCase) && char.IsAsciiDigit(path[parts[count - 1]][0]);
    }

    /// <summary>"S01E02", "S1 E2": the way lists name episodes.</summary>
    private static bool HasEpisodeNumber(ReadOnlySpan<char> name)
    {
        for (var i = 0; i + 3 < name.Length; i++)
        {
            if (name[i] is not ('S' or 's') || i > 0 && char.IsLetterOrDigit(name[i - 1]) || !char.IsAsciiDigit(name[i + 1]))
                continue;
            var at = i + 1;
            while (at < name.Length && char.IsAsciiDigit(name[at]))
                at++;
            while (at < name.Length && name[at] == ' ')
                at++;
            if (at + 1 < name.Length && name[at] is 'E' or 'e' && char.IsAsciiDigit(name[at + 1]))
                return true;
        }
        return false;
    }
}
