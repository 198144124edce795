namespace PlexBridge.Formats.MpegTs;

/// <summary>CRC-32/MPEG-2, which ends every PSI section: polynomial 04C11DB7, from all ones, not reflected, not inverted.</summary>
public static class Crc32Mpeg
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>The checksum; 0 over a whole section that ends with its own checksum.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = (crc << 8) ^ Table[(crc >> 24) ^ value];
        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var index = 0u; index < table.Length; index++)
        {
            var crc = index << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000_0000) != 0 ? (crc << 1) ^ 0x04C1_1DB7 : crc << 1;
            table[index] = crc;
        }

        return table;
    }
}
