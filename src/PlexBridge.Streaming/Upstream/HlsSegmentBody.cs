using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using PlexBridge.Formats.Hls;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>The bytes of one segment: its byte range cut out, its AES-128 undone. Owns the answer it reads.</summary>
internal sealed class HlsSegmentBody : IDisposable
{
    private readonly OutboundResponse _response;
    private readonly Stream _body;
    private readonly IDisposable? _decryptor;
    private readonly HlsSegmentBody? _raw;
    private readonly long? _length;
    private long _skip;
    private long _left;
    private long _taken;

    private HlsSegmentBody(OutboundResponse response, Stream body, long skip, long length, HlsSegmentBody? raw = null, IDisposable? decryptor = null)
    {
        _raw = raw;
        _decryptor = decryptor;
        _length = response.Message.Content.Headers.ContentLength is { } announced ? Math.Min(announced - skip, length) : null;
        _response = response;
        _body = body;
        _skip = skip;
        _left = length;
    }

    /// <summary>True once three quarters of an announced length have come.</summary>
    public bool IsNearlyOver => _raw?.IsNearlyOver ?? (_length is { } length && _taken >= length / 4 * 3);

    public static async Task<HlsSegmentBody> OpenAsync(
        OutboundHttp http, RequestHeaders headers, HlsKeys keys, HlsSegment segment, CancellationToken token)
    {
        if (!Uri.TryCreate(segment.Address, UriKind.Absolute, out var address))
            throw new UpstreamException(UpstreamFault.Refused, "A segment has no usable address.");
        var decryptor = segment.Key is { } key ? await keys.MakeDecryptorAsync(key, segment.Sequence, token).ConfigureAwait(false) : null;
        var response = await UpstreamOpener.GetAsync(http, address, headers, token, request =>
        {
            if (segment.Range is { } range)
                request.Range = new RangeHeaderValue(range.Offset, range.End - 1);
        }).ConfigureAwait(false);

        var body = await response.Message.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
        // A server that ignores the range sends everything from the start.
        var ignoresRange = response.Message.StatusCode == HttpStatusCode.OK;
        var raw = new HlsSegmentBody(response, body, ignoresRange ? segment.Range?.Offset ?? 0 : 0, segment.Range?.Length ?? long.MaxValue);
        return decryptor is null
            ? raw
            : new HlsSegmentBody(response, new CryptoStream(new RangeStream(raw), decryptor, CryptoStreamMode.Read), 0, long.MaxValue, raw, decryptor);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        while (_skip > 0)
        {
            var skipped = await _body.ReadAsync(buffer[..(int)Math.Min(_skip, buffer.Length)], token).ConfigureAwait(false);
            if (skipped == 0)
                return 0;
            _skip -= skipped;
        }

        if (_left == 0)
            return 0;
        try
        {
            var read = await _body.ReadAsync(buffer[..(int)Math.Min(_left, buffer.Length)], token).ConfigureAwait(false);
            _left -= read;
            _taken += read;
            return read;
        }
        catch (CryptographicException exception)
        {
            throw new IOException("The segment can't be decrypted: a wrong key, or it broke off.", exception);
        }
    }

    public void Dispose()
    {
        _body.Dispose();
        _decryptor?.Dispose();
        _response.Dispose();
    }

    /// <summary>The cut-out range as a stream, for the decryption on top.</summary>
    private sealed class RangeStream(HlsSegmentBody range) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            range.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            range.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
