using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace PlexBridge.Channels;

/// <summary>What a viewer keys in: "5" or "5.1". Ordered by its whole part, then by the part after the dot ("5.10" after "5.9").</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChannelNumber : IComparable<ChannelNumber>
{
    /// <summary>Above any list of channels known (a quarter of a million), below what ten digits would make unreadable.</summary>
    public const int MaxMajor = 9_999_999;

    public const int MaxMinor = 9_999;

    public ChannelNumber(int major, int minor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(major, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(major, MaxMajor);
        ArgumentOutOfRangeException.ThrowIfNegative(minor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minor, MaxMinor);
        Major = major;
        Minor = minor;
    }

    public int Major { get; }

    /// <summary>The part after the dot; 0 for a whole number.</summary>
    public int Minor { get; }

    public static bool operator <(ChannelNumber left, ChannelNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(ChannelNumber left, ChannelNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(ChannelNumber left, ChannelNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ChannelNumber left, ChannelNumber right) => left.CompareTo(right) >= 0;

    public static ChannelNumber Parse(string text) => TryParse(text, out var number)
        ? number
        : throw new FormatException($"'{text}' is no channel number; write 5 or 5.1.");

    /// <summary>Takes "5", "5.1", leading zeros and blanks around; "5.0" is "5". ATSC's "5-1" is understood too.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ChannelNumber number) => TryParse(text.AsSpan(), out number);

    public static bool TryParse(ReadOnlySpan<char> text, out ChannelNumber number)
    {
        number = default;
        text = text.Trim();
        var dot = text.IndexOfAny('.', '-');
        var whole = dot < 0 ? text : text[..dot];
        if (!TryParsePart(whole, MaxMajor, out var major) || major == 0) return false;

        var minor = 0;
        if (dot >= 0 && !TryParsePart(text[(dot + 1)..], MaxMinor, out minor)) return false;
        number = new ChannelNumber(major, minor);
        return true;
    }

    public int CompareTo(ChannelNumber other)
    {
        var byMajor = Major.CompareTo(other.Major);
        return byMajor != 0 ? byMajor : Minor.CompareTo(other.Minor);
    }

    public override string ToString() => Minor == 0
        ? Major.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static bool TryParsePart(ReadOnlySpan<char> digits, int limit, out int value) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= limit;
}
