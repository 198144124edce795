namespace PlexBridge.Formats.MpegTs;

/// <summary>Changes single fields of a 188-byte packet in place. Allocates nothing and never moves the payload.</summary>
public static class TsPacketEdit
{
    /// <summary>Sets the packet identifier, 0 to 0x1FFF.</summary>
    public static void SetPid(Span<byte> packet, int pid)
    {
        packet[1] = (byte)((packet[1] & 0xE0) | ((pid >> 8) & 0x1F));
        packet[2] = (byte)pid;
    }

    /// <summary>Sets the continuity counter; only its low four bits count.</summary>
    public static void SetContinuityCounter(Span<byte> packet, int counter) =>
        packet[3] = (byte)((packet[3] & 0xF0) | (counter & 0x0F));

    /// <summary>Sets or clears discontinuity_indicator; false where the packet has no adaptation flags to hold it.</summary>
    public static bool TrySetDiscontinuity(Span<byte> packet, bool value)
    {
        if ((packet[3] & 0x20) == 0 || packet[4] == 0)
            return false;
        packet[5] = (byte)(value ? packet[5] | 0x80 : packet[5] & 0x7F);
        return true;
    }

    /// <summary>Overwrites the PCR; false where the packet carries none.</summary>
    /// <param name="packet">The 188 bytes.</param>
    /// <param name="ticks">27 MHz ticks; taken modulo 2^33 x 300.</param>
    public static bool TryWritePcr(Span<byte> packet, long ticks)
    {
        if (!new TsPacket(packet).HasPcr)
            return false;
        WritePcr(packet[6..], ticks);
        return true;
    }

    /// <summary>Makes a null packet of the 188 bytes.</summary>
    public static void WriteNull(Span<byte> packet)
    {
        packet[..TsConstants.PacketSize].Fill(0xFF);
        packet[0] = TsConstants.SyncByte;
        packet[1] = 0x1F;
        packet[3] = 0x10;
    }

    /// <summary>
    /// Makes a packet without payload that only says "the counter or clock of this PID jumps here": what a viewer gets
    /// that was skipped forward. Such a packet repeats the counter of the packet before it.
    /// </summary>
    public static void WriteDiscontinuity(Span<byte> packet, int pid, int counter)
    {
        packet[..TsConstants.PacketSize].Fill(0xFF);
        packet[0] = TsConstants.SyncByte;
        packet[1] = 0;
        packet[3] = 0x20;
        packet[4] = 183;
        packet[5] = 0x80;
        SetPid(packet, pid);
        SetContinuityCounter(packet, counter);
    }

    /// <summary>Makes a packet without payload that carries nothing but a clock value.</summary>
    /// <param name="packet">Room for 188 bytes.</param>
    /// <param name="pid">The programme's clock PID.</param>
    /// <param name="counter">The counter of the packet before it on that PID.</param>
    /// <param name="pcr">27 MHz ticks.</param>
    public static void WriteClock(Span<byte> packet, int pid, int counter, long pcr)
    {
        WriteDiscontinuity(packet, pid, counter);
        packet[5] = 0x10;
        WritePcr(packet[6..], pcr);
    }

    /// <summary>Writes the six bytes of a PCR field.</summary>
    internal static void WritePcr(Span<byte> field, long ticks)
    {
        ticks = TsClock.Wrap(ticks);
        var basis = ticks / 300;
        var extension = (int)(ticks % 300);
        field[0] = (byte)(basis >> 25);
        field[1] = (byte)(basis >> 17);
        field[2] = (byte)(basis >> 9);
        field[3] = (byte)(basis >> 1);
        field[4] = (byte)(((basis & 1) << 7) | 0x7E | (long)(extension >> 8));
        field[5] = (byte)extension;
    }
}
