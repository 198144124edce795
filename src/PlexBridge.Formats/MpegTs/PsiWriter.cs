using System.Buffers.Binary;

namespace PlexBridge.Formats.MpegTs;

/// <summary>Writes PAT and PMT sections and cuts sections into packets. Writes into the caller's memory.</summary>
public static class PsiWriter
{
    /// <summary>The longest PAT or PMT section, checksum included.</summary>
    public const int LongestSection = 1024;

    private const int HeadLength = 8;

    /// <summary>Writes a program association section.</summary>
    /// <returns>The section's length.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int WriteAssociation(Span<byte> destination, ProgramAssociation table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var at = HeadLength;
        foreach (var program in table.Programs)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)program.Number);
            BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 2)..], (ushort)(0xE000 | program.MapPid));
            at += 4;
        }

        return Finish(destination, at, ProgramAssociation.TableId, new PsiSection(table.TransportStreamId, table.Version, table.SectionNumber, table.LastSectionNumber));
    }

    /// <summary>Writes a programme map section.</summary>
    /// <returns>The section's length.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int WriteMap(Span<byte> destination, ProgramMap table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var at = HeadLength;
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)(0xE000 | table.PcrPid));
        at = WriteDescriptors(destination, at + 2, table.Descriptors.Span);
        foreach (var stream in table.Streams)
        {
            destination[at] = stream.StreamType;
            BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 1)..], (ushort)(0xE000 | stream.Pid));
            at = WriteDescriptors(destination, at + 3, stream.Descriptors.Span);
        }

        return Finish(destination, at, ProgramMap.TableId, new PsiSection(table.ProgramNumber, table.Version, 0, 0));
    }

    /// <summary>The number of packets that a section of this length fills.</summary>
    public static int CountPackets(int sectionLength) =>
        (1 + sectionLength + TsConstants.PacketSize - 5) / (TsConstants.PacketSize - 4);

    /// <summary>Cuts a section into packets of their own, the last filled with 0xFF.</summary>
    /// <param name="section">A whole section.</param>
    /// <param name="pid">PID of the packets.</param>
    /// <param name="counter">The continuity counter of the first packet; left at that of the packet after the last.</param>
    /// <param name="destination">Room for <see cref="CountPackets"/> packets.</param>
    /// <returns>Bytes written.</returns>
    public static int WritePackets(ReadOnlySpan<byte> section, int pid, ref int counter, Span<byte> destination)
    {
        var written = 0;
        for (var isFirst = true; isFirst || !section.IsEmpty; isFirst = false)
        {
            var packet = destination.Slice(written, TsConstants.PacketSize);
            packet.Fill(0xFF);
            packet[0] = TsConstants.SyncByte;
            packet[1] = (byte)(isFirst ? 0x40 : 0);
            packet[3] = 0x10;
            TsPacketEdit.SetPid(packet, pid);
            TsPacketEdit.SetContinuityCounter(packet, counter);
            counter = (counter + 1) & 0x0F;
            if (isFirst)
                packet[4] = 0;
            var room = packet[(isFirst ? 5 : 4)..];
            var count = Math.Min(room.Length, section.Length);
            section[..count].CopyTo(room);
            section = section[count..];
            written += TsConstants.PacketSize;
        }

        return written;
    }

    private static int WriteDescriptors(Span<byte> destination, int at, ReadOnlySpan<byte> descriptors)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)(0xF000 | descriptors.Length));
        descriptors.CopyTo(destination[(at + 2)..]);
        return at + 2 + descriptors.Length;
    }

    private static int Finish(Span<byte> destination, int end, byte tableId, PsiSection head)
    {
        var length = end + 4;
        if (length > LongestSection)
            throw new ArgumentException($"A section of {length} bytes is longer than {LongestSection}.", nameof(destination));
        destination[0] = tableId;
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)(0xB000 | (length - 3)));
        BinaryPrimitives.WriteUInt16BigEndian(destination[3..], (ushort)head.Id);
        destination[5] = (byte)(0xC1 | (head.Version << 1));
        destination[6] = (byte)head.Number;
        destination[7] = (byte)head.LastNumber;
        BinaryPrimitives.WriteUInt32BigEndian(destination[end..], Crc32Mpeg.Compute(destination[..end]));
        return length;
    }
}
