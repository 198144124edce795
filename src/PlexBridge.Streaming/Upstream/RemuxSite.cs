using System.Text;
using PlexBridge.Formats.Dash;
using PlexBridge.Formats.Hls;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// What ffmpeg sees of an HLS or DASH stream: a site with an invented name behind the <see cref="ForwardProxy"/>. Each
/// request goes out through our own HTTP, with its rules, cookies, headers and secrets; playlists and manifests come back
/// with only what is relayed, and with every address mapped into the site.
/// </summary>
/// <remarks>Owns the proxy and the invoker. Owner: the upstream.</remarks>
internal sealed class RemuxSite : IAsyncDisposable
{
    /// <summary>A name that never resolves (RFC 6761): without the proxy, ffmpeg reaches nothing.</summary>
    private const string Root = "http://stream.invalid/";
    private const string Playlist = Root + "entry.m3u8";
    private const string Manifest = Root + "entry.mpd";

    /// <summary>Behind the real path, where ffmpeg wants to see another extension.</summary>
    private const string Alias = "/~";

    private readonly OutboundHttp _http;
    private readonly RequestHeaders _headers;
    private readonly RequestHeaders _foreignHeaders;
    private readonly Uri _entry;
    private readonly ForwardProxy _proxy;
    private Uri? _moved;
    private (byte[] Body, Uri Address)? _first;
    private UpstreamException? _fault;
    private int _firstTaken;

    /// <param name="http">Taken over.</param>
    /// <param name="headers">The stream's own headers; those that are secrets go to the entry's host only.</param>
    /// <param name="entry">The stream's address.</param>
    /// <param name="time">The clock of the proxy's limits.</param>
    /// <param name="first">The entry's body where it was read already, and where it came from.</param>
    public RemuxSite(OutboundHttp http, RequestHeaders headers, Uri entry, TimeProvider time, (byte[] Body, Uri Address)? first)
    {
        _http = http;
        _entry = entry;
        _first = first;
        _foreignHeaders = new RequestHeaders([.. headers.Pairs.Where(pair => !IsSecret(pair.Key))]);
        _headers = entry.UserInfo.Length == 0 || headers["Authorization"] is not null
            ? headers
            : new RequestHeaders([.. headers.Pairs, new("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(entry.UserInfo))))]);
        _proxy = new ForwardProxy(AnswerAsync, time);
    }

    /// <summary>The child's variables that lead all of its HTTP here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["http_proxy"] = _proxy.Address };

    /// <summary>What went wrong with the entry, or for good; null when nothing did. Any thread.</summary>
    public UpstreamException? Fault => Volatile.Read(ref _fault);

    /// <summary>The address that ffmpeg is given.</summary>
    public static string AddressOf(bool isDash) => isDash ? Manifest : Playlist;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _proxy.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _http.Dispose();
        }
    }

    /// <summary>An absolute address of the source as an address of the site; the rest of the path stays as it is, templates too.</summary>
    internal static string Map(string address, string? extension)
    {
        var mark = address.IndexOf("://", StringComparison.Ordinal);
        var scheme = mark < 0 ? "" : address[..mark].ToLowerInvariant();
        if (scheme is not ("http" or "https"))
            return Root + "refused";
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? address[(mark + 3)..] : address[(mark + 3)..query];
        if (!path.Contains('/', StringComparison.Ordinal))
            path += "/";
        path = path[(path[..path.IndexOf('/', StringComparison.Ordinal)].LastIndexOf('@') + 1)..];
        return string.Concat(Root, $"{scheme}/", path, extension is null ? "" : Alias + extension, query < 0 ? "" : address[query..]);
    }

    /// <summary>The way back; null where it is no address of the site's.</summary>
    internal static string? Unmap(string address)
    {
        if (!address.StartsWith(Root, StringComparison.Ordinal))
            return null;
        var rest = address[Root.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || rest[..slash] is not ("http" or "https"))
            return null;
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? rest[slash..] : rest[slash..query];
        var alias = path.LastIndexOf(Alias + ".", StringComparison.Ordinal);
        if (alias > path.LastIndexOf('/') - 1 && alias >= 0)
            path = path[..alias];
        return $"{rest[..slash]}:/{path}{(query < 0 ? "" : rest[query..])}";
    }

    private async Task<ProxyReply> AnswerAsync(ProxyRequest request, CancellationToken token)
    {
        var isEntry = request.Address is Playlist or Manifest;
        if (isEntry && Interlocked.Exchange(ref _firstTaken, 1) == 0 && _first is { } first)
        {
            _first = null;
            return Write(first.Body, first.Address) ?? ProxyReply.Of(502);
        }

        var wanted = isEntry ? (_moved ?? _entry).OriginalString : Unmap(request.Address);
        if (wanted is null || !Uri.TryCreate(wanted, UriKind.Absolute, out var address))
            return ProxyReply.Of(403);
        try
        {
            return await FetchAsync(address, request.Range, isEntry, token).ConfigureAwait(false);
        }
        catch (UpstreamException exception)
        {
            if (isEntry && _moved is not null)
                _moved = null; // The next time from where it began.
            else if (isEntry || exception.Fault == UpstreamFault.Protected || request.Address.Contains(Alias + ".m3u8", StringComparison.Ordinal))
                Volatile.Write(ref _fault, exception);
            return ProxyReply.Of(exception.Fault == UpstreamFault.Refused ? 404 : 502);
        }
    }

    private async Task<ProxyReply> FetchAsync(Uri address, string? range, bool isEntry, CancellationToken token)
    {
        var headers = string.Equals(address.IdnHost, _entry.IdnHost, StringComparison.OrdinalIgnoreCase) ? _headers : _foreignHeaders;
        var response = await UpstreamOpener.GetAsync(_http, address, headers, token, request =>
        {
            // ffmpeg asks for "bytes=0-" when it means all.
            if (range is not null and not "bytes=0-")
                request.TryAddWithoutValidation("Range", range);
        }).ConfigureAwait(false);
        try
        {
            var content = response.Message.Content;
            var body = await content.ReadAsStreamAsync(token).ConfigureAwait(false);
            var start = new byte[16];
            var length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, token).ConfigureAwait(false);
            if (isEntry || HlsUpstream.IsPlaylist(start))
            {
                using (response)
                {
                    var whole = await RemuxBody.ReadAsync(body, start.AsMemory(0, length), token).ConfigureAwait(false);
                    var reply = Write(whole, response.Address) ?? throw new UpstreamException(UpstreamFault.NotTransportStream, $"{new SourceUrl(address.OriginalString)} no longer answers with a playlist or manifest.");
                    if (isEntry)
                        Volatile.Write(ref _fault, null);
                    return reply;
                }
            }

            var head = new List<KeyValuePair<string, string>>();
            if (content.Headers.ContentLength is { } total && content.Headers.ContentEncoding.Count == 0)
                head.Add(new("Content-Length", total.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            if (content.Headers.ContentRange is { } part)
                head.Add(new("Content-Range", part.ToString()));
            return new ProxyReply((int)response.Message.StatusCode, new RemuxBody(start.AsMemory(0, length), body), head, response);
        }
        catch (Exception exception)
        {
            response.Dispose();
            if (exception is IOException and not UpstreamException)
                throw new UpstreamException(UpstreamFault.Ended, $"{new SourceUrl(address.OriginalString)} broke off: {exception.Message}", exception);
            throw;
        }
    }

    /// <summary>A playlist or a manifest as ffmpeg gets it; null where it is neither.</summary>
    private ProxyReply? Write(byte[] body, Uri address)
    {
        if (HlsUpstream.IsPlaylist(body))
        {
            if (!HlsPlaylist.TryParse(body, address.AbsoluteUri, out var playlist, out var fault))
                throw new UpstreamException(UpstreamFault.NotTransportStream, $"{new SourceUrl(address.AbsoluteUri)}: {fault}");
            if (playlist is HlsMediaPlaylist { DrmName: { } drm })
                throw new UpstreamException(UpstreamFault.Protected, $"This HLS stream is encrypted with DRM ({drm}); it can't be relayed.");
            return ProxyReply.Of(HlsRewrite.Write(playlist, Map), "application/vnd.apple.mpegurl");
        }

        if (!DashManifest.TryParse(body, out var manifest))
            return null;
        RemuxOpener.Check(manifest);
        if (manifest.Location is { } location && Uri.TryCreate(HlsAddress.Resolve(address.AbsoluteUri, location), UriKind.Absolute, out var moved))
            _moved = moved;
        return ProxyReply.Of(manifest.Rewrite(address.AbsoluteUri, whole => Map(whole, null)), "application/dash+xml");
    }

    private static bool IsSecret(string name) =>
        name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase);
}
