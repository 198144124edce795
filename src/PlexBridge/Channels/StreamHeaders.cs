using System.Text.Json;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Channels;

/// <summary>Request headers as they are stored: JSON objects of a source and of a stream.</summary>
internal static class StreamHeaders
{
    /// <summary>Weakest first: the source's user agent, the source's headers, the stream's headers.</summary>
    public static RequestHeaders Merge(string? userAgent, string? sourceHeaders, string? streamHeaders)
    {
        if (userAgent is null && sourceHeaders is null && streamHeaders is null) return RequestHeaders.None;
        var pairs = new List<KeyValuePair<string, string>>();
        if (userAgent is not null) Put(pairs, "User-Agent", userAgent);
        Read(pairs, sourceHeaders);
        Read(pairs, streamHeaders);
        return pairs.Count == 0 ? RequestHeaders.None : new RequestHeaders(pairs);
    }

    private static void Read(List<KeyValuePair<string, string>> pairs, string? json)
    {
        if (string.IsNullOrEmpty(json)) return;
        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
            Put(pairs, property.Name, property.Value.ToString());
    }

    private static void Put(List<KeyValuePair<string, string>> pairs, string name, string value)
    {
        if (!RequestHeaders.IsSendable(name, value)) return;
        var at = pairs.FindIndex(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (at >= 0) pairs[at] = new(name, value);
        else pairs.Add(new(name, value));
    }
}
