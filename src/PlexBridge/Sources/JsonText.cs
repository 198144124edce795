using System.Text;
using System.Text.Json;

namespace PlexBridge.Sources;

/// <summary>Lists and pairs as the JSON text of a database column.</summary>
internal static class JsonText
{
    public static string WriteList(IEnumerable<string> values) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    });

    /// <summary>Null for no pairs.</summary>
    public static string? WritePairs(IReadOnlyList<KeyValuePair<string, string>> pairs) => pairs.Count == 0 ? null : Write(json =>
    {
        json.WriteStartObject();
        foreach (var (name, value) in pairs)
            json.WriteString(name, value);
        json.WriteEndObject();
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            write(json);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
