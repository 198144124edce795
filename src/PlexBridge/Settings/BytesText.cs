using System.Globalization;

namespace PlexBridge.Settings;

/// <summary>Sizes as people write them: 512KB, 200MB, 1.5GB; units of 1024; a bare number is bytes.</summary>
internal static class BytesText
{
    private static readonly (string Unit, long Bytes)[] Units = [("GB", 1L << 30), ("MB", 1L << 20), ("KB", 1L << 10), ("B", 1)];

    public static bool TryRead(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        text = text.Trim();
        var factor = 1L;
        foreach (var (unit, bytes) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            text = text[..^unit.Length].TrimEnd();
            factor = bytes;
            break;
        }

        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > long.MaxValue / factor)
            return false;
        value = (long)(amount * factor);
        return true;
    }

    public static string Write(long value)
    {
        foreach (var (unit, bytes) in Units)
            if (value >= bytes && value % bytes == 0)
                return (value / bytes).ToString(CultureInfo.InvariantCulture) + unit;
        return "0B";
    }
}
