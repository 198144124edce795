using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PlexBridge.Formats.Rtp;

/// <summary>The head of an RTP packet (RFC 3550, 5.1) and where in the datagram its payload lies.</summary>
/// <param name="PayloadType">What it carries: 33 is a transport stream, 96 and up are agreed elsewhere.</param>
/// <param name="Sequence">Counts packets, modulo 2^16.</param>
/// <param name="Timestamp">The sampling instant; 90 kHz for transport streams.</param>
/// <param name="Source">The SSRC: who sends; changes when a sender starts anew.</param>
/// <param name="PayloadStart">Where the payload begins.</param>
/// <param name="PayloadLength">How long it is; may be 0.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RtpPacket(int PayloadType, ushort Sequence, uint Timestamp, uint Source, int PayloadStart, int PayloadLength)
{
    /// <summary>The payload type of a transport stream (RFC 3551).</summary>
    public const int TransportStream = 33;

    /// <summary>The lowest payload type that is agreed on elsewhere.</summary>
    public const int FirstDynamic = 96;

    private const int Version = 2;
    private const int FixedLength = 12;
    private const int WordLength = 4;

    /// <summary>Reads a datagram; false where it is no whole RTP packet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.Length < FixedLength || datagram[0] >> 6 != Version)
            return false;
        var start = FixedLength + ((datagram[0] & 0x0F) * WordLength);
        var hasExtension = (datagram[0] & 0x10) != 0;
        if (hasExtension)
        {
            if (datagram.Length < start + WordLength)
                return false;
            start += WordLength + (BinaryPrimitives.ReadUInt16BigEndian(datagram[(start + 2)..]) * WordLength);
        }

        var end = datagram.Length;
        var hasPadding = (datagram[0] & 0x20) != 0;
        if (hasPadding)
        {
            // The last byte counts the padding, itself included.
            if (datagram[^1] == 0)
                return false;
            end -= datagram[^1];
        }

        if (start > end)
            return false;
        packet = new RtpPacket(
            datagram[1] & 0x7F, BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]), BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]), start, end - start);
        return true;
    }
}
