using System.Runtime.InteropServices;

namespace PlexBridge.Formats.MpegTs;

/// <summary>The head of a PES packet (ISO/IEC 13818-1, 2.4.3.6), as found at the start of a packet's payload.</summary>
/// <param name="StreamId">0xC0–0xDF audio, 0xE0–0xEF video, 0xBD private.</param>
/// <param name="PacketLength">Bytes after the length field; 0 for video of unknown length.</param>
/// <param name="Pts">Presentation time in 90 kHz ticks; null when absent.</param>
/// <param name="Dts">Decoding time in 90 kHz ticks; null when absent, and then equal to the PTS.</param>
/// <param name="PayloadOffset">Where the elementary stream begins; may lie beyond this packet.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PesHeader(byte StreamId, int PacketLength, long? Pts, long? Dts, int PayloadOffset)
{
    private const int FixedLength = 9;

    /// <summary>Decoding time: the DTS, or the PTS where there is no DTS.</summary>
    public long? DecodeTime => Dts ?? Pts;

    /// <summary>Reads the head of the PES packet that begins a payload; false when no PES packet begins there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out PesHeader header)
    {
        header = default;
        if (payload.Length < 6 || payload[0] != 0 || payload[1] != 0 || payload[2] != 1)
            return false;
        var streamId = payload[3];
        var length = (payload[4] << 8) | payload[5];
        if (!HasOptionalHeader(streamId))
        {
            header = new PesHeader(streamId, length, null, null, 6);
            return true;
        }

        if (payload.Length < FixedLength || (payload[6] & 0xC0) != 0x80)
            return false;
        long? pts = HasPtsField(payload) ? PesTimestamp.Read(payload[9..]) : null;
        long? dts = HasDtsField(payload) ? PesTimestamp.Read(payload[14..]) : null;
        header = new PesHeader(streamId, length, pts, dts, FixedLength + payload[8]);
        return true;
    }

    /// <summary>Moves PTS and DTS by an offset, in place; false when no timestamp was there to move.</summary>
    /// <param name="payload">The payload of a packet that starts a unit.</param>
    /// <param name="offset">90 kHz ticks, may be negative; the sum wraps at 33 bits.</param>
    public static bool TryShift(Span<byte> payload, long offset)
    {
        if (!TryRead(payload, out var header) || header.Pts is not { } pts)
            return false;
        PesTimestamp.Write(payload[9..], PesTimestamp.Add(pts, offset));
        if (header.Dts is { } dts)
            PesTimestamp.Write(payload[14..], PesTimestamp.Add(dts, offset));
        return true;
    }

    /// <summary>Stream ids without flags and timestamps: maps, padding, private 2, ECM, EMM, directory, DSM-CC, H.222.1 E.</summary>
    internal static bool HasOptionalHeader(byte streamId) =>
        streamId is not (0xBC or 0xBE or 0xBF or 0xF0 or 0xF1 or 0xF2 or 0xF8 or 0xFF);

    private static bool HasPtsField(ReadOnlySpan<byte> payload) =>
        (payload[7] & 0x80) != 0 && payload[8] >= 5 && payload.Length >= 14;

    private static bool HasDtsField(ReadOnlySpan<byte> payload) =>
        (payload[7] & 0xC0) == 0xC0 && payload[8] >= 10 && payload.Length >= 19;
}
