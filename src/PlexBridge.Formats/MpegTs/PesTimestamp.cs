namespace PlexBridge.Formats.MpegTs;

/// <summary>Arithmetic on PTS and DTS: 33-bit counters of 90 kHz ticks that wrap every 26.5 hours.</summary>
public static class PesTimestamp
{
    /// <summary>The value at which a timestamp starts again from 0.</summary>
    public const long Modulus = 1L << 33;

    /// <summary>Brings any number of ticks, negative ones too, into 33 bits.</summary>
    public static long Wrap(long ticks) => ticks & (Modulus - 1);

    /// <summary>The timestamp some ticks later, or earlier when negative.</summary>
    public static long Add(long timestamp, long ticks) => Wrap(timestamp + ticks);

    /// <summary>The shortest way from one timestamp to the other: positive when <paramref name="later"/> is later.</summary>
    public static long Difference(long later, long earlier)
    {
        var forward = Wrap(later - earlier);
        return forward < Modulus / 2 ? forward : forward - Modulus;
    }

    /// <summary>Reads the five bytes of a PTS or DTS field; marker bits are not checked, since some sources clear them.</summary>
    public static long Read(ReadOnlySpan<byte> field) =>
        ((long)(field[0] & 0x0E) << 29) | ((long)field[1] << 22) | ((long)(field[2] & 0xFE) << 14) | ((long)field[3] << 7) | (long)(field[4] >> 1);

    /// <summary>Writes the five bytes of a PTS or DTS field, keeping the four prefix bits that are already there.</summary>
    public static void Write(Span<byte> field, long timestamp)
    {
        field[0] = (byte)((field[0] & 0xF0) | (int)((timestamp >> 29) & 0x0E) | 1);
        field[1] = (byte)(timestamp >> 22);
        field[2] = (byte)((timestamp >> 14) | 1);
        field[3] = (byte)(timestamp >> 7);
        field[4] = (byte)((timestamp << 1) | 1);
    }
}
