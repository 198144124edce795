using System.Buffers.Binary;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>Wraps elementary streams into PES packets and those into transport packets, for generated streams.</summary>
public static class TsPesWriter
{
    /// <summary>A PES packet; video's has no length, as on the air, unless it is asked for and fits.</summary>
    public static byte[] Make(byte streamId, ReadOnlySpan<byte> body, long pts, long? dts, bool hasPictureLength = false)
    {
        var fields = dts is null ? 5 : 10;
        var pes = new byte[9 + fields + body.Length];
        pes[2] = 1;
        pes[3] = streamId;
        if ((streamId & 0xF0) != 0xE0 || (hasPictureLength && 3 + fields + body.Length <= ushort.MaxValue))
            BinaryPrimitives.WriteUInt16BigEndian(pes.AsSpan(4), (ushort)(3 + fields + body.Length));
        pes[6] = 0x84;
        pes[7] = (byte)(dts is null ? 0x80 : 0xC0);
        pes[8] = (byte)fields;
        pes[9] = (byte)(dts is null ? 0x20 : 0x30);
        PesTimestamp.Write(pes.AsSpan(9), pts);
        if (dts is { } decodeTime)
        {
            pes[14] = 0x10;
            PesTimestamp.Write(pes.AsSpan(14), decodeTime);
        }

        body.CopyTo(pes.AsSpan(9 + fields));
        return pes;
    }

    /// <summary>Fills one packet with the front of a PES packet, stuffing as needed; returns the bytes taken.</summary>
    public static int WritePacket(
        Span<byte> packet, int pid, int counter, bool isFirst, ReadOnlySpan<byte> rest, long? clock, bool isMarked)
    {
        var flagged = clock is not null || isMarked;
        var adaptation = clock is not null ? 8 : flagged ? 2 : 0;
        var room = TsConstants.PacketSize - 4 - adaptation;
        var taken = Math.Min(room, rest.Length);
        adaptation += room - taken;

        packet[0] = TsConstants.SyncByte;
        packet[1] = (byte)(isFirst ? 0x40 : 0);
        packet[3] = (byte)(adaptation > 0 ? 0x30 : 0x10);
        TsPacketEdit.SetPid(packet, pid);
        TsPacketEdit.SetContinuityCounter(packet, counter);
        if (adaptation > 0)
        {
            packet.Slice(4, adaptation).Fill(0xFF);
            packet[4] = (byte)(adaptation - 1);
            if (adaptation > 1)
                packet[5] = (byte)((isMarked ? 0x40 : 0) | (clock is null ? 0 : 0x10));
            if (clock is { } ticks)
                TsPacketEdit.TryWritePcr(packet, ticks);
        }

        rest[..taken].CopyTo(packet[(4 + adaptation)..]);
        return taken;
    }
}
