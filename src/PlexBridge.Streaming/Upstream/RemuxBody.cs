using System.Buffers;
using PlexBridge.Formats.Hls;

namespace PlexBridge.Streaming.Upstream;

/// <summary>A body whose first bytes were read to see what it is. Owner of neither: the answer it belongs to is.</summary>
internal sealed class RemuxBody(ReadOnlyMemory<byte> start, Stream rest) : Stream
{
    private ReadOnlyMemory<byte> _start = start;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The whole of a short body.</summary>
    /// <exception cref="UpstreamException">It isn't short.</exception>
    public static async Task<byte[]> ReadAsync(Stream body, ReadOnlyMemory<byte> start, CancellationToken token)
    {
        var bytes = new ArrayBufferWriter<byte>(64 * 1024);
        bytes.Write(start.Span);
        while (await body.ReadAsync(bytes.GetMemory(16 * 1024), token).ConfigureAwait(false) is > 0 and var read)
        {
            bytes.Advance(read);
            if (bytes.WrittenCount > HlsPlaylist.LongestBytes)
                throw new UpstreamException(UpstreamFault.NotTransportStream, "The playlist or manifest is too long to be one.");
        }

        return bytes.WrittenSpan.ToArray();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start.IsEmpty)
            return rest.ReadAsync(buffer, cancellationToken);
        var length = Math.Min(_start.Length, buffer.Length);
        _start[..length].CopyTo(buffer);
        _start = _start[length..];
        return new ValueTask<int>(length);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
