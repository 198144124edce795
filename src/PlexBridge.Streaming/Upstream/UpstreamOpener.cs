using System.Net;
using PlexBridge.Formats.Dash;
using PlexBridge.Streaming.Children;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>Opens a stream the way its bytes ask for, not the way its address looks.</summary>
/// <param name="children">Starts ffmpeg for what is read through it.</param>
/// <param name="time">The clock of time-outs and reloads.</param>
/// <param name="ffmpeg">Its name on the PATH or its path; null for <c>ffmpeg</c>.</param>
public sealed class UpstreamOpener(ChildLauncher children, TimeProvider time, Func<string>? ffmpeg = null)
{
    /// <summary>The setting of the interface that multicast comes in by: its name or an address of it; empty for the kernel's choice.</summary>
    public Func<string> MulticastInterface { get; init; } = () => "";

    private readonly RemuxOpener _remux = new(children, time, ffmpeg ?? (() => "ffmpeg"));

    /// <summary>
    /// Opens a stream and reads just enough of it to know what it is.
    /// </summary>
    /// <exception cref="UpstreamException">It can't be opened; the message says why and carries no secret.</exception>
    public async Task<IUpstream> OpenAsync(StreamAddress stream, TimeSpan connect, UpstreamMemory memory, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(memory);
        if (stream.Child is { } command)
            return ChildUpstream.Start(children, command with { Program = ffmpeg?.Invoke() ?? command.Program });
        if (UdpUpstream.IsDatagramScheme(stream.Url.Scheme))
            return await UdpUpstream.OpenAsync(stream, MulticastInterface(), connect, time, token).ConfigureAwait(false);
        if (RemuxProtocols.Knows(stream.Url.Scheme))
            return await _remux.OpenAsync(stream, connect, token).ConfigureAwait(false);

        if (stream.Url.Scheme is not ("http" or "https") || !Uri.TryCreate(stream.Url.Address, UriKind.Absolute, out var address))
            throw new UpstreamException(UpstreamFault.Unsupported,
                stream.Url.Scheme.Length == 0
                    ? $"“{stream.Name}” has no stream address."
                    : $"{stream.Url.Scheme}:// streams can't be relayed.");

        // An idle connection that is kept for reuse counts at a source that allows only one.
        var http = new OutboundHttp(stream.Reach, connect, time, decompress: true, keepsConnections: stream.ConnectionLimit != 1);
        try
        {
            return await OpenHttpAsync(http, stream, address, memory, token).ConfigureAwait(false);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    private async Task<IUpstream> OpenHttpAsync(OutboundHttp http, StreamAddress stream, Uri address, UpstreamMemory memory, CancellationToken token)
    {
        var response = await GetAsync(http, address, stream.Headers, token).ConfigureAwait(false);
        try
        {
            var body = await response.Message.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            var head = new byte[4096];
            var length = await body.ReadAtLeastAsync(head, 16, throwOnEndOfStream: false, token).ConfigureAwait(false);
            var start = head.AsMemory(0, length);
            if (HlsUpstream.IsPlaylist(start.Span))
                return await OpenHlsAsync(http, stream, address, response, body, start, memory, token).ConfigureAwait(false);
            if (DashManifest.MayBegin(start.Span) && await OpenDashAsync(http, stream, address, response, body, start, token).ConfigureAwait(false) is { } dash)
                return dash;

            if (LooksLikeText(start.Span))
                throw new UpstreamException(UpstreamFault.NotTransportStream,
                    length == 0
                        ? $"{stream.Url} answered with an empty body."
                        : $"{stream.Url} answered with a text ({response.Message.Content.Headers.ContentType?.MediaType ?? "no content type"}), not with a stream: perhaps a log-in page or an expired address.");
            return new HttpTsUpstream(http, response, body, start);
        }
        catch (Exception exception)
        {
            response.Dispose();
            if (exception is IOException and not UpstreamException)
                throw new UpstreamException(UpstreamFault.Ended, $"{stream.Url} broke off: {exception.Message}", exception);
            throw;
        }
    }

    private async Task<IUpstream> OpenHlsAsync(
        OutboundHttp http, StreamAddress stream, Uri address, OutboundResponse response, Stream body, ReadOnlyMemory<byte> start, UpstreamMemory memory, CancellationToken token)
    {
        try
        {
            return await HlsUpstream.OpenAsync(http, stream.Headers, address, response, body, start, memory, time, token).ConfigureAwait(false);
        }
        catch (RemuxNeededException needed)
        {
            return await _remux.OpenHlsAsync(http, stream, address, needed).ConfigureAwait(false);
        }
    }

    /// <summary>Null where the text is another one.</summary>
    private async Task<IUpstream?> OpenDashAsync(
        OutboundHttp http, StreamAddress stream, Uri address, OutboundResponse response, Stream body, ReadOnlyMemory<byte> start, CancellationToken token)
    {
        var whole = await RemuxBody.ReadAsync(body, start, token).ConfigureAwait(false);
        if (!DashManifest.TryParse(whole, out var manifest))
            return null;
        var opened = await _remux.OpenDashAsync(http, stream, address, manifest, whole, response.Address).ConfigureAwait(false);
        response.Dispose();
        return opened;
    }

    /// <summary>A GET whose failure and whose error statuses come as <see cref="UpstreamException"/>.</summary>
    internal static async Task<OutboundResponse> GetAsync(
        OutboundHttp http, Uri address, RequestHeaders headers, CancellationToken token,
        Action<System.Net.Http.Headers.HttpRequestHeaders>? adjust = null)
    {
        OutboundResponse response;
        try
        {
            response = await http.GetAsync(address, headers, token, adjust).ConfigureAwait(false);
        }
        catch (OutboundException exception)
        {
            throw new UpstreamException(UpstreamFault.Unreachable, exception.Message, exception);
        }

        if (response.Message.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
            return response;
        var status = (int)response.Message.StatusCode;
        response.Dispose();
        throw new UpstreamException(UpstreamFault.Refused, $"{new SourceUrl(address.OriginalString)} answered {status}{Explain(status)}.");
    }

    private static string Explain(int status) => status switch
    {
        401 => " (it wants a user and a password)",
        403 => " (forbidden: an expired token, a blocked address, or a User-Agent it doesn't like)",
        404 => " (not found)",
        429 => " (too many requests)",
        458 or 509 => " (the account's connection limit)",
        >= 500 => " (the server has a problem)",
        _ => "",
    };

    /// <summary>True for a body that starts like a page or is empty; anything else, a PHP warning before the first packet too, is the framer's to judge.</summary>
    private static bool LooksLikeText(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return true;
        var text = start.TrimStart(" \t\r\n\uFEFF"u8);
        return StartsWith(text, "<!doctype"u8) || StartsWith(text, "<html"u8) || StartsWith(text, "<?xml"u8);
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        text.Length >= lower.Length && System.Text.Ascii.EqualsIgnoreCase(text[..lower.Length], lower);
}
