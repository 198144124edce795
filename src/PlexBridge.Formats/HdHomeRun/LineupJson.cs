using System.Buffers;
using System.Text.Json;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>The document at `/lineup.json`: an array in guide order, key order as real devices have it (protocols 1.5).</summary>
public static class LineupJson
{
    /// <summary>Writes all entries in the order given.</summary>
    public static void Write(IBufferWriter<byte> output, IEnumerable<LineupEntry> entries) => WireJson.Write(output, entries, static (json, entries) =>
    {
        json.WriteStartArray();
        foreach (var entry in entries)
            Write(json, entry);
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, LineupEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("GuideNumber"u8, entry.GuideNumber);
        json.WriteString("GuideName"u8, entry.GuideName);
        if (entry.VideoCodec is { } video)
            json.WriteString("VideoCodec"u8, video);
        if (entry.AudioCodec is { } audio)
            json.WriteString("AudioCodec"u8, audio);
        if (entry.IsHd)
            json.WriteNumber("HD"u8, 1);
        if (entry.IsFavorite)
            json.WriteNumber("Favorite"u8, 1);
        if (entry.IsDrm)
            json.WriteNumber("DRM"u8, 1);
        json.WriteString("URL"u8, entry.Url);
        json.WriteEndObject();
    }
}
