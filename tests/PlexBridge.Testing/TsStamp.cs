using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>
/// The last bytes of every unit of a <see cref="TsGenerator"/>: whose it is, and its decoding time there. A unit without
/// them was cut. No byte of it can be part of a start code.
/// </summary>
/// <param name="Tag">The maker's number, 14 bits.</param>
/// <param name="Time">Decoding time as the maker wrote it, 90 kHz ticks.</param>
/// <param name="IsKey">The unit is a random-access point.</param>
public readonly record struct TsStamp(int Tag, long Time, bool IsKey)
{
    public const int Length = 12;

    private static ReadOnlySpan<byte> Mark => [0xD5, 0xEE, 0xD6, 0xED];

    /// <summary>Overwrites the end of a unit.</summary>
    public void WriteAtEnd(Span<byte> unit)
    {
        var field = unit[^Length..];
        Mark.CopyTo(field);
        field[4] = (byte)(0x80 | ((Tag >> 7) & 0x7F));
        field[5] = (byte)(0x80 | (Tag & 0x7F));
        field[6] = (byte)(IsKey ? 0x81 : 0x82);
        for (var index = 0; index < 5; index++)
            field[7 + index] = (byte)(0x80 | ((Time >> (28 - (7 * index))) & 0x7F));
    }

    /// <summary>Reads the end of a unit; null where it has no stamp, which means that its end is missing.</summary>
    public static TsStamp? ReadAtEnd(ReadOnlySpan<byte> unit)
    {
        if (unit.Length < Length || !unit[^Length..].StartsWith(Mark))
            return null;
        var field = unit[^Length..];
        var time = 0L;
        foreach (var value in field[7..])
            time = (time << 7) | (long)(value & 0x7F);
        return new TsStamp(((field[4] & 0x7F) << 7) | (field[5] & 0x7F), PesTimestamp.Wrap(time), field[6] == 0x81);
    }
}
