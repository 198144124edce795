using System.Globalization;

namespace PlexBridge.Web.Shared;

/// <summary>Numbers as people read them.</summary>
internal static class Quantity
{
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Of(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    public static string BitRate(long bitsPerSecond) => bitsPerSecond switch
    {
        <= 0 => "–",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / 1_000} kbit/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / 1_000_000.0:0.0} Mbit/s"),
    };

    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000.0:0.0} GB"),
    };

    public static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>The value of a time element's datetime attribute.</summary>
    public static string Machine(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
