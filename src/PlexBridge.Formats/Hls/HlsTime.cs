using System.Globalization;

namespace PlexBridge.Formats.Hls;

/// <summary>Times as playlists write them.</summary>
internal static class HlsTime
{
    private const double LongestSeconds = 366.0 * 24 * 3600;

    public static TimeSpan FromSeconds(double seconds) =>
        TimeSpan.FromSeconds(Math.Clamp(double.IsFinite(seconds) ? seconds : 0, -LongestSeconds, LongestSeconds));

    public static TimeSpan ParseSeconds(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? FromSeconds(seconds) : TimeSpan.Zero;

    /// <summary>ISO 8601; taken as UTC where the zone is missing.</summary>
    public static DateTimeOffset? ParseDate(ReadOnlySpan<char> text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : null;
}
