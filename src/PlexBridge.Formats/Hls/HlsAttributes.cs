using System.Globalization;

namespace PlexBridge.Formats.Hls;

/// <summary>An attribute list of a tag (RFC 8216, 4.2), read forgivingly; names are compared as written.</summary>
internal sealed class HlsAttributes
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public HlsAttributes(ReadOnlySpan<char> text, Func<string, string> substitute)
    {
        while (!text.IsEmpty)
        {
            var equals = text.IndexOf('=');
            if (equals < 0)
                return;
            var name = text[..equals].Trim(", \t").ToString();
            text = text[(equals + 1)..].TrimStart();
            var isQuoted = text is ['"', ..];
            if (isQuoted)
                text = text[1..];
            var end = text.IndexOf(isQuoted ? '"' : ',');
            var value = end < 0 ? text : text[..end];
            _values.TryAdd(name, substitute((isQuoted ? value : value.Trim()).ToString()));
            text = end < 0 ? default : text[(end + 1)..];
        }
    }

    public string? this[string name] => _values.GetValueOrDefault(name);

    public bool IsYes(string name) => this[name] == "YES";

    public long? Integer(string name) =>
        long.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    public double? Number(string name) =>
        double.TryParse(this[name], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    public TimeSpan? Seconds(string name) => Number(name) is { } seconds ? HlsTime.FromSeconds(seconds) : null;
}
