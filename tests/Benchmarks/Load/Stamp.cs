using System.Buffers.Binary;
using System.Diagnostics;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Benchmarks.Load;

/// <summary>
/// The moment of writing, inside the picture's payload: the one place that a relay which renumbers PIDs, counters, clock
/// and timestamps leaves alone.
/// </summary>
internal static class Stamp
{
    private const ulong Mark = 0xB7_5A_C3_91_E6_5D_A9_77;
    private const int Length = sizeof(ulong) + Nibbles;
    private const int Nibbles = 16;
    private const int PayloadAt = 4;

    /// <summary>Stamps every packet of the picture that is all payload.</summary>
    public static void Write(Span<byte> packets)
    {
        Span<byte> stamp = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(stamp, Mark);
        var now = Stopwatch.GetTimestamp();
        // Four bits a byte beside a set one: no zeros, hence no start codes.
        for (var nibble = 0; nibble < Nibbles; nibble++)
            stamp[sizeof(ulong) + nibble] = (byte)(0x40 | ((now >> (4 * nibble)) & 0x0F));
        for (; !packets.IsEmpty; packets = packets[TsConstants.PacketSize..])
            if (MayHold(new TsPacket(packets)) && new TsPacket(packets).Pid == StreamLoop.VideoPid)
                stamp.CopyTo(packets[PayloadAt..]);
    }

    /// <summary>When the packet was written, by <see cref="Stopwatch"/>; false for one without a stamp.</summary>
    public static bool TryRead(in TsPacket packet, out long written)
    {
        written = 0;
        if (!MayHold(packet) || BinaryPrimitives.ReadUInt64BigEndian(packet.Bytes[PayloadAt..]) != Mark)
            return false;
        var nibbles = packet.Bytes.Slice(PayloadAt + sizeof(ulong), Nibbles);
        for (var nibble = 0; nibble < Nibbles; nibble++)
            written |= (long)(nibbles[nibble] & 0x0F) << (4 * nibble);
        return true;
    }

    private static bool MayHold(in TsPacket packet) => packet.HasPayload && !packet.HasAdaptation && !packet.StartsUnit;
}
