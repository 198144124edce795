using System.Buffers;
using System.Text.Json;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>How devices write JSON: compact, slashes and UTF-8 as they are, keys in a fixed order.</summary>
internal static class WireJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = new WireJsonEncoder() };

    public static void Write<T>(IBufferWriter<byte> output, T document, Action<Utf8JsonWriter, T> write)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var json = new Utf8JsonWriter(output, Options);
        write(json, document);
    }
}
