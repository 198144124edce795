using System.Net;
using System.Net.Http.Headers;
using PlexBridge.Settings;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Sources;

/// <summary>
/// Brings a playlist into a spool file: from a URL, a file or a stream that is given (stdin). A dead server shows within
/// source.connect (10 s), a slow one has source.answer (5 min: panels make large lists on demand) for its first byte
/// and source.stall between bytes. Every failure is a value.
/// </summary>
internal sealed class PlaylistFetch(SettingsHolder settings, TimeProvider time)
{
    /// <param name="isConditional">Asks whether it has changed since the state that is stored.</param>
    public async Task<FetchResult> FetchAsync(Source source, bool isConditional, Stream? input, PlaylistSpool spool, CancellationToken cancellationToken)
    {
        try
        {
            if (source.Location == Source.StandardInput)
                return input is null
                    ? new FetchResult.Failed($"The source {source.Name} came in by stdin and can't be fetched again. Import it anew: plexbridge import - --name \"{source.Name}\"")
                    : await spool.FillAsync(input, null, null, null, Limit, cancellationToken);
            if (source.IsHttp)
                return await FetchHttpAsync(source, isConditional, spool, cancellationToken);
            if (source.Location.Contains("://", StringComparison.Ordinal))
                return new FetchResult.Failed($"{new SourceUrl(source.Location)} is of a kind that is not supported: a playlist comes from an http or https address, a file or stdin.");
            return await FetchFileAsync(source.Location, spool, cancellationToken);
        }
        catch (OutboundException fault)
        {
            return new FetchResult.Failed(fault.Message);
        }
        catch (PlaylistFault fault)
        {
            return new FetchResult.Failed($"{Describe(source)}: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            return new FetchResult.Failed($"{Describe(source)}: the transfer broke off ({fault.Message.TrimEnd('.')}). What was there stays; it is tried again later.");
        }
    }

    private long Limit => settings.Current.Get(SettingsCatalog.SourceSizeLimit);

    private static string Describe(Source source) => source.IsHttp ? new SourceUrl(source.Location).ToString() : source.Location == Source.StandardInput ? "stdin" : source.Location;

    private static async Task<FetchResult> OpenFileAsync(string path, PlaylistSpool spool, long limit, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite, Options = FileOptions.SequentialScan });
        return await spool.FillAsync(file, null, null, null, limit, cancellationToken);
    }

    private async Task<FetchResult> FetchFileAsync(string path, PlaylistSpool spool, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
            return new FetchResult.Failed($"{path} is a folder; name the playlist file inside it.");
        if (!File.Exists(path))
            return new FetchResult.Failed($"{path} does not exist. Check the path.");
        try
        {
            return await OpenFileAsync(path, spool, Limit, cancellationToken);
        }
        catch (UnauthorizedAccessException)
        {
            return new FetchResult.Failed($"{path} can't be read by this user. Give it read permission, or pipe it in: plexbridge import - < FILE");
        }
    }

    private async Task<FetchResult> FetchHttpAsync(Source source, bool isConditional, PlaylistSpool spool, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(source.Location, UriKind.Absolute, out var address))
            return new FetchResult.Failed($"{Describe(source)} is not a valid address. Check how it is written.");
        using var http = new OutboundHttp(source.Reach, settings.Current.Get(SettingsCatalog.SourceConnect), time, decompress: true);
        using var response = await AskAsync(http, address, source, isConditional, cancellationToken);
        if (response.Message.StatusCode == HttpStatusCode.NotModified && isConditional)
            return new FetchResult.NotModified();
        if (!response.Message.IsSuccessStatusCode)
            return new FetchResult.Failed($"{Describe(source)} answered {(int)response.Message.StatusCode}{Explain(response.Message.StatusCode)}");

        var stall = settings.Current.Get(SettingsCatalog.SourceStall);
        await using var body = await response.Message.Content.ReadAsStreamAsync(cancellationToken);
        await using var patient = new StallingStream(body, stall, time);
        return await spool.FillAsync(
            patient,
            response.Address,
            response.Message.Headers.ETag?.ToString(),
            response.Message.Content.Headers.LastModified?.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            Limit,
            cancellationToken);
    }

    private async Task<OutboundResponse> AskAsync(OutboundHttp http, Uri address, Source source, bool isConditional, CancellationToken cancellationToken)
    {
        var patience = settings.Current.Get(SettingsCatalog.SourceAnswer);
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await http.GetAsync(address, source.Headers, either.Token, headers =>
            {
                if (isConditional)
                    AddConditions(headers, source);
            });
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PlaylistFault($"the server took the connection but sent nothing within {patience.TotalSeconds:0} s. " +
                "If it is just slow, give it longer: plexbridge settings set source.answer 15m");
        }
    }

    private static void AddConditions(HttpRequestHeaders headers, Source source)
    {
        if (source.ETag is { } etag)
            headers.TryAddWithoutValidation("If-None-Match", etag);
        if (source.LastModified is { } modified)
            headers.TryAddWithoutValidation("If-Modified-Since", modified);
    }

    private static string Explain(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => " (not found): nothing lies at that address any more. Check it, or ask who runs it for the new one.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => " (not allowed): user name, password or user agent are not accepted, or the account has expired.",
        HttpStatusCode.TooManyRequests => " (too many requests): it wants to be asked less often. It is tried again later.",
        >= HttpStatusCode.InternalServerError => ": the server has a problem of its own. It is tried again later.",
        _ => ": that is no playlist. Open the address in a browser to see what it says.",
    };
}

/// <summary>What is wrong with a playlist on its way in: half a sentence for the user.</summary>
internal sealed class PlaylistFault(string message, Exception? inner = null) : Exception(message, inner);
