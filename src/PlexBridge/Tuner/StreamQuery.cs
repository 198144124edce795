using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PlexBridge.Tuner;

/// <summary>What a stream request asks for behind the question mark (protocols 1.10).</summary>
internal static class StreamQuery
{
    private const double LongestSeconds = 4_000_000;

    private static readonly HashSet<string> Profiles = new(StringComparer.OrdinalIgnoreCase)
    {
        "none", "heavy", "mobile", "internet720", "internet540", "internet480", "internet360", "internet240",
    };

    /// <summary>The known profiles are accepted and not followed: clients append them to devices that can't transcode, too.</summary>
    public static bool IsKnownProfile(string name) => name.Length == 0 || Profiles.Contains(name);

    /// <summary>A number of seconds above 0; false for rubbish.</summary>
    public static bool TryParseDuration(string text, [NotNullWhen(true)] out TimeSpan? duration)
    {
        duration = null;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || !(seconds > 0))
            return false;
        duration = TimeSpan.FromSeconds(Math.Min(seconds, LongestSeconds));
        return true;
    }
}
