using System.Globalization;

namespace PlexBridge.Testing;

/// <summary>A request as a <see cref="FakeSource"/> received it. Header names compare without case.</summary>
/// <param name="Method">GET, HEAD or POST.</param>
/// <param name="Path">The path without its query.</param>
/// <param name="Query">The query without its question mark; empty where there is none.</param>
/// <param name="Headers">The headers; repeated ones are joined by a comma.</param>
public sealed record FakeRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A header's value; empty where it was not sent.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    internal static FakeRequest Parse(string head)
    {
        var lines = head.Split("\r\n");
        var words = lines[0].Split(' ');
        var target = words.Length > 1 ? words[1] : "/";
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                continue;
            var name = line[..colon].Trim();
            var value = line[(colon + 1)..].Trim();
            headers[name] = headers.TryGetValue(name, out var before)
                ? string.Create(CultureInfo.InvariantCulture, $"{before}, {value}")
                : value;
        }
        return new FakeRequest(
            words[0],
            question < 0 ? target : target[..question],
            question < 0 ? "" : target[(question + 1)..],
            headers);
    }
}
