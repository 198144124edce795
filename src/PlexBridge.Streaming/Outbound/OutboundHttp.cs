using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using PlexBridge.Streaming.Pacing;

namespace PlexBridge.Streaming.Outbound;

/// <summary>
/// HTTP to the outside, under the outbound rules. One instance belongs to one upstream or one fetch: it keeps that
/// one's cookies and connections. Redirects are followed here, hop by hop: every hop is checked against the rules,
/// and Authorization and Cookie stay with the host they were given for, whatever a playlist names.
/// </summary>
/// <remarks>Owner: whoever made it. Safe for concurrent requests.</remarks>
public sealed class OutboundHttp : IDisposable
{
    private const int MostRedirects = 10;

    private readonly OutboundReach _reach;
    private readonly Uri? _home;
    private readonly TimeSpan _connectTimeout;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _invoker;
    private readonly SharedTick _tick;
    private readonly CookieContainer _cookies = new();

    /// <summary>Makes an invoker of its own.</summary>
    /// <param name="reach">How far its addresses may reach.</param>
    /// <param name="connectTimeout">The longest wait for a connection, name resolution included.</param>
    /// <param name="time">The clock of the time-out.</param>
    /// <param name="decompress">Whether gzip, deflate and brotli content encodings are asked for and undone.</param>
    /// <param name="keepsConnections">Whether idle connections are kept for the next request.</param>
    /// <param name="home">The address the headers were configured for; without it that of each request.</param>
    /// <param name="tick">The beat on which its connections are read; none: as soon as something arrives.</param>
    public OutboundHttp(
        OutboundReach reach, TimeSpan connectTimeout, TimeProvider time, bool decompress = false, bool keepsConnections = true, Uri? home = null, SharedTick? tick = null)
    {
        _home = home;
        _tick = tick ?? SharedTick.None;
        _reach = reach;
        _connectTimeout = connectTimeout;
        _time = time;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = true,
            CookieContainer = _cookies,
            AutomaticDecompression = decompress ? DecompressionMethods.All : DecompressionMethods.None,
            // A disposed live body must free the source's slot at once: by default up to 1 MiB is drained for 2 s.
            MaxResponseDrainSize = 0,
            ResponseDrainTimeout = TimeSpan.Zero,
            MaxResponseHeadersLength = 64,
            PooledConnectionIdleTimeout = keepsConnections ? TimeSpan.FromSeconds(15) : TimeSpan.Zero,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        });
    }

    /// <summary>
    /// Sends a GET and follows redirects; returns as soon as the headers of the last answer are there, whatever its status.
    /// </summary>
    /// <param name="address">An absolute http or https address; user and password in it become Basic authorization.</param>
    /// <param name="headers">The stream's own headers.</param>
    /// <param name="token">Ends the request.</param>
    /// <param name="adjust">May add headers of this one request (a range, a condition).</param>
    /// <exception cref="OutboundException">There was no answer; the message says why.</exception>
    public async Task<OutboundResponse> GetAsync(
        Uri address, RequestHeaders headers, CancellationToken token, Action<HttpRequestHeaders>? adjust = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(headers);
        var origin = address;
        var home = _home ?? address;
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            var isHome = IsSameHost(home, address);
            var user = (IsSameHost(origin, address) ? UserOf(address) ?? UserOf(origin) : null) ?? (isHome ? UserOf(home) : null);
            var response = await SendAsync(address, headers, user, isHome, adjust, token).ConfigureAwait(false);
            if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } location)
                return new OutboundResponse(response, address);
            response.Dispose();
            address = Resolve(address, location);
        }

        throw new OutboundException(OutboundFault.TooManyRedirects,
            $"{new SourceUrl(origin.OriginalString)} redirects more than {MostRedirects} times; open it in a browser to see where it leads.");
    }

    /// <inheritdoc />
    public void Dispose() => _invoker.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        Uri address, RequestHeaders headers, string? user, bool isHome, Action<HttpRequestHeaders>? adjust, CancellationToken token)
    {
        var shown = new SourceUrl(address.OriginalString);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
            throw new OutboundException(OutboundFault.BadAddress, $"{shown} is not an http or https address.");

        using var request = new HttpRequestMessage(HttpMethod.Get, WithoutUser(address)) { Version = HttpVersion.Version11 };
        foreach (var (name, value) in headers.Pairs)
        {
            // Secrets stay with the host they were given for (RFC 9110, 15.4).
            if (!isHome && (IsName(name, "Authorization") || IsName(name, "Cookie")))
                continue;
            if (RequestHeaders.IsSendable(name, value))
                request.Headers.TryAddWithoutValidation(name, value);
        }

        if (user is not null && request.Headers.Authorization is null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user))));
        if (!request.Headers.Contains("User-Agent"))
            request.Headers.TryAddWithoutValidation("User-Agent", "PlexBridge/1");
        adjust?.Invoke(request.Headers);

        try
        {
            return await _invoker.SendAsync(request, token).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (exception.InnerException is OutboundException refused)
        {
            throw new OutboundException(refused.Fault, refused.Message, exception);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            throw new OutboundException(OutboundFault.Tls,
                $"{shown}: no secure connection ({exception.InnerException.Message}). Check the address and this machine's clock.", exception);
        }
        catch (HttpRequestException exception)
        {
            throw new OutboundException(OutboundFault.Broken, $"{shown}: the server broke off before it answered ({exception.HttpRequestError}).", exception);
        }
        catch (IOException exception)
        {
            throw new OutboundException(OutboundFault.Broken, $"{shown}: the connection broke ({exception.Message}).", exception);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken token)
    {
        var host = context.DnsEndPoint.Host;
        var port = context.DnsEndPoint.Port;
        using var timeout = new CancellationTokenSource(_connectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, timeout.Token);
        try
        {
            var addresses = await OutboundNames.ResolveAsync(host, _reach, either.Token).ConfigureAwait(false);
            return await ConnectAsync(host, port, addresses, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !token.IsCancellationRequested)
        {
            throw new OutboundException(OutboundFault.ConnectTimeout,
                $"{host}:{port} did not accept a connection within {_connectTimeout.TotalSeconds:0.#} s: the server is down or a firewall swallows the request.");
        }
    }

    private async Task<Stream> ConnectAsync(string host, int port, IReadOnlyList<IPAddress> addresses, CancellationToken token)
    {
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (_tick.IsOn)
                    return await PolledStream.ConnectAsync(socket, new IPEndPoint(address, port), _tick, token).ConfigureAwait(false);
                await socket.ConnectAsync(new IPEndPoint(address, port), token).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                last = exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new OutboundException(OutboundFault.Unreachable, $"{host}:{port} can't be reached ({last!.SocketErrorCode}).", last);
    }

    private static Uri Resolve(Uri address, Uri location)
    {
        if ((location.IsAbsoluteUri ? location : Uri.TryCreate(address, location, out var resolved) ? resolved : null) is not { } next)
            throw new OutboundException(OutboundFault.BadAddress, $"{new SourceUrl(address.OriginalString)} redirects to something that is no address.");
        if (next.Scheme is not ("http" or "https"))
            throw new OutboundException(OutboundFault.BadAddress, $"{new SourceUrl(address.OriginalString)} redirects to something that isn't http or https.");
        return next;
    }

    private static string? UserOf(Uri address) => address.UserInfo.Length > 0 ? address.UserInfo : null;

    private static Uri WithoutUser(Uri address) =>
        address.UserInfo.Length == 0 ? address : new UriBuilder(address) { UserName = "", Password = "" }.Uri;

    private static bool IsSameHost(Uri a, Uri b) =>
        string.Equals(a.Host, b.Host, StringComparison.OrdinalIgnoreCase) && (a.Scheme == b.Scheme || b.Scheme == "https");

    private static bool IsRedirect(HttpStatusCode status) =>
        status is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect or HttpStatusCode.MultipleChoices;

    private static bool IsName(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The last answer of a request and the address it came from, redirects followed. Owner: the caller.</summary>
/// <param name="Message">Status, headers and the body, not yet read.</param>
/// <param name="Address">Where relative addresses in the body start from (RFC 8216, 4.1).</param>
public sealed record OutboundResponse(HttpResponseMessage Message, Uri Address) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Message.Dispose();
}
