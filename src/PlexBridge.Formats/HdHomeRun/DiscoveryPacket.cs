using System.Buffers.Binary;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>
/// The frame of port 65001, UDP and TCP alike: type and payload length (big-endian), payload, CRC-32 (little-endian)
/// over all that stands before it (protocols 2.1).
/// </summary>
public static class DiscoveryPacket
{
    /// <summary>The largest frame, in bytes; larger ones are refused.</summary>
    public const int MaxLength = 1460;

    /// <summary>The type of a discovery request.</summary>
    public const ushort DiscoverRequest = 2;

    /// <summary>The type of a discovery reply.</summary>
    public const ushort DiscoverReply = 3;

    private const int HeaderLength = 4;
    private const int CrcLength = 4;

    /// <summary>Takes a datagram apart; false when it is cut, padded, too large or its CRC is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out ushort type, out ReadOnlySpan<byte> payload)
    {
        type = 0;
        payload = default;
        if (datagram.Length is < HeaderLength + CrcLength or > MaxLength)
            return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length != datagram.Length - HeaderLength - CrcLength)
            return false;
        var covered = datagram[..(HeaderLength + length)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(datagram[covered.Length..]) != Crc32.Compute(covered))
            return false;
        type = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        payload = covered[HeaderLength..];
        return true;
    }

    /// <summary>Starts a frame of this type in <paramref name="frame"/>; its payload is written next.</summary>
    internal static TagWriter Begin(ushort type, Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, type);
        return new TagWriter(frame[HeaderLength..^CrcLength]);
    }

    /// <summary>Fills in length and CRC around the payload that was written; returns the frame's length.</summary>
    internal static int End(Span<byte> frame, int payloadLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], checked((ushort)payloadLength));
        var covered = HeaderLength + payloadLength;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[covered..], Crc32.Compute(frame[..covered]));
        return covered + CrcLength;
    }
}
