using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>One viewer that reads a stream all the time, as Plex does. Disposing it hangs up.</summary>
internal sealed class Watching : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpResponseMessage _response;
    private readonly Task _reading;
    private long _bytes;

    private Watching(HttpResponseMessage response)
    {
        _response = response;
        _reading = ReadAsync();
    }

    public long Bytes => Interlocked.Read(ref _bytes);

    public bool HasEnded => _reading.IsCompleted;

    /// <summary>Opens it; completes with the reply's head, which means that PAT, PMT and a key frame are there.</summary>
    public static async Task<Watching> OpenAsync(HttpClient client, string path)
    {
        var response = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new Watching(response);
    }

    public async Task UntilAsync(long bytes) =>
        await Descendants.UntilAsync(() => Bytes >= bytes || HasEnded, TimeSpan.FromSeconds(20), $"a viewer gets {bytes} bytes");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _response.Dispose();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await using var body = await _response.Content.ReadAsStreamAsync(_stop.Token);
            var buffer = new byte[64 * 1024];
            while (await body.ReadAsync(buffer, _stop.Token) is > 0 and var read)
                Interlocked.Add(ref _bytes, read);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // Hung up, by one side or the other.
        }
    }
}
