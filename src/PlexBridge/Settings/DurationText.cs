using System.Buffers;
using System.Globalization;

namespace PlexBridge.Settings;

/// <summary>Durations as people write them: 500ms, 30s, 5m, 12h, 7d, 1h30m; a bare number is seconds.</summary>
internal static class DurationText
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    public static bool TryRead(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        text = text.Trim();
        if (text.IsEmpty) return false;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return TryMultiply(seconds, TimeSpan.TicksPerSecond, ref value);

        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(Digits);
            if (digits <= 0) return false;
            if (!decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)) return false;

            text = text[digits..].TrimStart();
            var letters = text.IndexOfAnyExceptInRange('a', 'z');
            var unit = letters < 0 ? text : text[..letters];
            if (TicksOf(unit) is not { } ticks || !TryMultiply(amount, ticks, ref value)) return false;
            text = text[unit.Length..].TrimStart();
        }

        return true;
    }

    public static string Write(TimeSpan value)
    {
        if (value == TimeSpan.Zero) return "0s";
        var text = "";
        var rest = value.Ticks;
        foreach (var (unit, ticks) in Units)
        {
            if (rest < ticks) continue;
            text += (rest / ticks).ToString(CultureInfo.InvariantCulture) + unit;
            rest %= ticks;
        }

        return text;
    }

    private static long? TicksOf(ReadOnlySpan<char> unit)
    {
        foreach (var (name, ticks) in Units)
            if (unit.SequenceEqual(name))
                return ticks;
        return null;
    }

    private static bool TryMultiply(decimal amount, long ticks, ref TimeSpan sum)
    {
        // A century is more than any setting means, and keeps the product within its type.
        if (amount > 36_525m * TimeSpan.TicksPerDay / ticks) return false;
        sum += TimeSpan.FromTicks((long)(amount * ticks));
        return true;
    }
}
