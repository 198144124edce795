namespace PlexBridge.Tests.Dashboard;

/// <summary>Server-sent events as a browser reads them.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _reply;
    private readonly StreamReader _lines;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(20));

    private EventReader(HttpResponseMessage reply, StreamReader lines) => (_reply, _lines) = (reply, lines);

    public static async Task<EventReader> OpenAsync(HttpClient client, string address, string? lastId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (lastId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        var reply = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType!.MediaType);
        return new EventReader(reply, new StreamReader(await reply.Content.ReadAsStreamAsync()));
    }

    public async Task<(string Topic, string Id, string Html)> NextAsync()
    {
        var (topic, id, html) = ("", "", new List<string>());
        while (await _lines.ReadLineAsync(_limit.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                topic = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                html.Add(line[6..]);
            else if (line.Length == 0 && topic.Length > 0)
                return (topic, id, string.Join('\n', html));
        }
        throw new InvalidOperationException("the events ended");
    }

    public async Task<bool> HasEndedAsync()
    {
        try
        {
            while (await _lines.ReadLineAsync(_limit.Token) is not null)
                continue;
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            return true;
        }
        return true;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _reply.Dispose();
        _limit.Dispose();
    }
}
