using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>A transport stream as the body of one HTTP answer. Owns the invoker, the answer and the body.</summary>
internal sealed class HttpTsUpstream(OutboundHttp http, OutboundResponse response, Stream body, ReadOnlyMemory<byte> head) : IUpstream
{
    private ReadOnlyMemory<byte> _head = head;

    public const string KindName = "HTTP-TS";

    public string Kind => KindName;

    public bool ArrivesInBursts => false;

    public bool ArrivesInPieces { get; } =
        response.Address.Scheme == Uri.UriSchemeHttps || response.Message.Headers.TransferEncodingChunked == true || response.Message.Content.Headers.ContentEncoding.Count > 0;

    public TimeSpan? StallLimit => null;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        if (_head.Length == 0)
            return body.ReadAsync(buffer, token);

        var length = Math.Min(_head.Length, buffer.Length);
        _head[..length].CopyTo(buffer);
        _head = _head[length..];
        return new ValueTask<int>(length);
    }

    public bool TakeDiscontinuity() => false;

    public ValueTask DisposeAsync()
    {
        response.Dispose();
        http.Dispose();
        return ValueTask.CompletedTask;
    }
}
