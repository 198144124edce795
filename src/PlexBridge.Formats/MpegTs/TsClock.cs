namespace PlexBridge.Formats.MpegTs;

/// <summary>Arithmetic on PCR values: 27 MHz ticks that wrap at 2^33 x 300 (every 26.5 hours).</summary>
public static class TsClock
{
    /// <summary>The value at which a PCR starts again from 0.</summary>
    public const long Modulus = PesTimestamp.Modulus * 300;

    /// <summary>Brings any number of ticks, negative ones too, into 0 to <see cref="Modulus"/> - 1.</summary>
    public static long Wrap(long ticks)
    {
        var rest = ticks % Modulus;
        return rest < 0 ? rest + Modulus : rest;
    }

    /// <summary>The clock some ticks later, or earlier when negative.</summary>
    public static long Add(long pcr, long ticks) => Wrap(Wrap(pcr) + (ticks % Modulus));

    /// <summary>The shortest way from one value to the other: positive when <paramref name="later"/> is later.</summary>
    public static long Difference(long later, long earlier)
    {
        var forward = Wrap(Wrap(later) - Wrap(earlier));
        return forward < Modulus / 2 ? forward : forward - Modulus;
    }
}
