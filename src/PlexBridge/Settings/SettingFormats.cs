using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace PlexBridge.Settings;

/// <summary>The kinds of values that settings have.</summary>
internal static class SettingFormats
{
    /// <summary>Text without control characters.</summary>
    public static SettingFormat<string> Text(string unit, int limit = 100) => new(
        unit,
        $"1 to {limit} characters in one line",
        (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return text.Length >= 1 && text.Length <= limit && !text.Any(char.IsControl);
        },
        value => value);

    /// <summary>Text that may be left empty.</summary>
    public static SettingFormat<string> OptionalText(string unit, int limit = 100) => Text(unit, limit) with
    {
        Remedy = $"at most {limit} characters in one line",
        TryRead = (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return text.Length <= limit && !text.Any(char.IsControl);
        },
    };

    public static SettingFormat<string> OneOf(params string[] words) => new(
        string.Join('|', words),
        "one of " + string.Join(", ", words),
        (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text.ToLowerInvariant();
            return words.Contains(value, StringComparer.Ordinal);
        },
        value => value);

    public static SettingFormat<bool> OnOff { get; } = new(
        "on|off",
        "on or off",
        (string text, out bool value) =>
        {
            value = text.ToLowerInvariant() is "on" or "true" or "yes" or "1";
            return value || text.ToLowerInvariant() is "off" or "false" or "no" or "0";
        },
        value => value ? "on" : "off");

    public static SettingFormat<int> Whole(int from, int to) => new(
        $"{from}-{to}",
        $"a whole number from {from} to {to}",
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= from && value <= to,
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A share of a whole, 0 to 100, a percent sign allowed.</summary>
    public static SettingFormat<int> Percent { get; } = new(
        "0-100%",
        "a share from 0% to 100%",
        (string text, out int value) =>
            int.TryParse(text.AsSpan().TrimEnd('%').TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= 100,
        value => value.ToString(CultureInfo.InvariantCulture) + "%");

    public static SettingFormat<TimeSpan> Duration(TimeSpan from, TimeSpan to) => new(
        "duration",
        $"a duration from {DurationText.Write(from)} to {DurationText.Write(to)}, such as 500ms, 30s, 5m, 12h or 7d",
        (string text, out TimeSpan value) => DurationText.TryRead(text, out value) && value >= from && value <= to,
        DurationText.Write);

    /// <summary>A number of bytes.</summary>
    public static SettingFormat<long> Bytes(long from, long to) => new(
        "bytes",
        $"a size from {BytesText.Write(from)} to {BytesText.Write(to)}, such as 512KB, 200MB or 1GB",
        (string text, out long value) => BytesText.TryRead(text, out value) && value >= from && value <= to,
        BytesText.Write);

    public static SettingFormat<IPEndPoint> Listen { get; } = new(
        "ADDR:PORT",
        "an address and a port, such as 0.0.0.0:5004, [::]:5004 or 192.168.1.10:5004",
        (string text, [MaybeNullWhen(false)] out IPEndPoint value) =>
        {
            value = new IPEndPoint(IPAddress.Any, 0);
            if (int.TryParse(text.StartsWith(':') ? text.AsSpan(1) : text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort)
            {
                value.Port = port;
                return true;
            }

            // IPEndPoint takes an address without a port as port 0, which here would mean "any".
            var colon = text.LastIndexOf(':');
            if (colon < 0 || text.EndsWith(']') || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return false;
            if (text.Count(letter => letter == ':') > 1 && text[colon - 1] != ']') return false;
            if (!IPEndPoint.TryParse(text.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out var parsed)) return false;
            value = parsed;
            return true;
        },
        value => value.ToString());

    /// <summary>An absolute http or https address without query; null when left empty.</summary>
    public static SettingFormat<Uri?> PublicUrl { get; } = new(
        "URL",
        "an address such as https://tv.example.org or https://example.org/tv, without query",
        (string text, out Uri? value) =>
        {
            value = null;
            if (text.Length == 0) return true;
            return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out value)
                && value.Scheme is "http" or "https" && value!.Query.Length == 0 && value.Fragment.Length == 0 && value.UserInfo.Length == 0;
        },
        value => value is null ? "" : value.AbsoluteUri.TrimEnd('/'));

    public static SettingFormat<NetworkList> Networks { get; } = new(
        "networks",
        "networks separated by commas, such as 192.168.0.0/16, 10.1.2.3, fd00::/8; 'private' for all private ones, 'any' for all, 'none'",
        NetworkList.TryParse,
        value => value.Text);
}
