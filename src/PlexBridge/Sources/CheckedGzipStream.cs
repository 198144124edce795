using System.Buffers.Binary;
using System.IO.Compression;

namespace PlexBridge.Sources;

/// <summary>
/// Unpacks gzip and notices when the end is missing: the library takes truncated data for complete. A known member is
/// put behind the input; it comes out again only if what stands before it was whole. Where other bytes follow the data,
/// its size, which gzip writes last, must be right instead. Doesn't own the input.
/// </summary>
internal sealed class CheckedGzipStream : ForwardStream
{
    private static readonly byte[] Mark = "\u0000PlexBridge/end\u0000"u8.ToArray();
    private static readonly byte[] PackedMark = Pack(Mark);

    private readonly MarkedInput _input;
    private readonly GZipStream _unpacked;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _held;
    private long _total;
    private bool _isEnded;

    public CheckedGzipStream(Stream input)
    {
        _input = new MarkedInput(input);
        _unpacked = new GZipStream(_input, CompressionMode.Decompress);
    }

    /// <exception cref="InvalidDataException">The data is truncated or damaged.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_isEnded)
        {
            // The last bytes are held back: they may be the mark.
            var wanted = Math.Min(buffer.Length, _buffer.Length - _held);
            var read = await _unpacked.ReadAsync(_buffer.AsMemory(_held, wanted), cancellationToken);
            if (read == 0)
                return End(buffer);
            _total += read;
            _held += read;
            var ready = Math.Min(_held - Mark.Length, buffer.Length);
            if (ready <= 0)
                continue;
            _buffer.AsMemory(0, ready).CopyTo(buffer);
            _buffer.AsSpan(ready, _held - ready).CopyTo(_buffer);
            _held -= ready;
            return ready;
        }
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacked.Dispose();
        base.Dispose(disposing);
    }

    private int End(Memory<byte> buffer)
    {
        _isEnded = true;
        var held = _buffer.AsSpan(0, _held);
        if (held.SequenceEqual(Mark))
            return 0;
        if (!_input.EndsWithSize(_total) || held.Length > buffer.Length)
            throw new InvalidDataException("The gzip data ends too early.");
        held.CopyTo(buffer.Span);
        return held.Length;
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>The input with the packed mark behind it; remembers the input's own last bytes.</summary>
    private sealed class MarkedInput(Stream input) : ForwardStream
    {
        private readonly byte[] _tail = new byte[64];
        private int _tailLength;
        private int _markTaken;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_markTaken == 0 && await input.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                Remember(buffer.Span[..read]);
                return read;
            }
            var length = Math.Min(buffer.Length, PackedMark.Length - _markTaken);
            PackedMark.AsSpan(_markTaken, length).CopyTo(buffer.Span);
            _markTaken += length;
            return length;
        }

        public bool EndsWithSize(long size)
        {
            for (var i = 0; i + 4 <= _tailLength; i++)
                if (BinaryPrimitives.ReadUInt32LittleEndian(_tail.AsSpan(i)) == (uint)size)
                    return true;
            return false;
        }

        private void Remember(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length >= _tail.Length)
            {
                bytes[^_tail.Length..].CopyTo(_tail);
                _tailLength = _tail.Length;
                return;
            }
            var kept = Math.Min(_tailLength, _tail.Length - bytes.Length);
            _tail.AsSpan(_tailLength - kept, kept).CopyTo(_tail);
            bytes.CopyTo(_tail.AsSpan(kept));
            _tailLength = kept + bytes.Length;
        }
    }
}
