using System.Buffers.Binary;
using System.Text;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>The tags of a discovery payload that we read or write (protocols 2.1).</summary>
internal enum Tag : byte
{
    DeviceType = 0x01,
    DeviceId = 0x02,
    TunerCount = 0x10,
    LineupUrl = 0x27,
    BaseUrl = 0x2A,
    DeviceAuth = 0x2B,
    MultiType = 0x2D,
}

/// <summary>Walks the tag, length, value triples of a payload; ends at the first that does not fit.</summary>
internal ref struct TagReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    public Tag Tag { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether the walk ended inside a triple.</summary>
    public bool IsCut { get; private set; }

    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        if (!TryReadLength(_rest[1..], out var length, out var lengthSize) || length > _rest.Length - 1 - lengthSize)
        {
            IsCut = true;
            _rest = default;
            return false;
        }
        Tag = (Tag)_rest[0];
        Value = _rest.Slice(1 + lengthSize, length);
        _rest = _rest[(1 + lengthSize + length)..];
        return true;
    }

    // Up to 127 in one byte; above, the low seven bits with the top bit set, then the rest: 300 is AC 02.
    private static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length, out int size)
    {
        (length, size) = (0, 1);
        if (bytes.IsEmpty)
            return false;
        length = bytes[0];
        if (length < 0x80)
            return true;
        if (bytes.Length < 2)
            return false;
        (length, size) = ((length & 0x7F) | (bytes[1] << 7), 2);
        return true;
    }
}

/// <summary>Appends tag, length, value triples to a payload.</summary>
internal ref struct TagWriter(Span<byte> payload)
{
    private readonly Span<byte> _payload = payload;

    public int Length { get; private set; }

    public void Write(Tag tag, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Write(tag, bytes);
    }

    /// <summary>Discovery strings end without a NUL, unlike those of the control protocol.</summary>
    public void Write(Tag tag, string value) => Write(tag, Encoding.UTF8.GetBytes(value));

    public void Write(Tag tag, scoped ReadOnlySpan<byte> value)
    {
        _payload[Length++] = (byte)tag;
        if (value.Length < 0x80)
        {
            _payload[Length++] = (byte)value.Length;
        }
        else
        {
            _payload[Length++] = (byte)(value.Length | 0x80);
            _payload[Length++] = checked((byte)(value.Length >> 7));
        }
        value.CopyTo(_payload[Length..]);
        Length += value.Length;
    }
}
