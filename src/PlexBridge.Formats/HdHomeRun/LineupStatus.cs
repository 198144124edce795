using System.Buffers;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>The document at `/lineup_status.json` (protocols 1.6); its two shapes share no key but the first.</summary>
public abstract record LineupStatus
{
    private LineupStatus()
    {
    }

    /// <summary>No scan runs; one may be asked for, else Plex greys out its rescan button.</summary>
    public sealed record Idle : LineupStatus
    {
        /// <inheritdoc/>
        public override void WriteJson(IBufferWriter<byte> output) => WireJson.Write(output, this, static (json, _) =>
        {
            json.WriteStartObject();
            json.WriteNumber("ScanInProgress"u8, 0);
            json.WriteNumber("ScanPossible"u8, 1);
            json.WriteString("Source"u8, "Antenna");
            json.WriteStartArray("SourceList"u8);
            json.WriteStringValue("Antenna");
            json.WriteStringValue("Cable");
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>A scan runs.</summary>
    /// <param name="Progress">0 to 100 per cent.</param>
    /// <param name="Found">Channels found so far.</param>
    public sealed record Scanning(int Progress, int Found) : LineupStatus
    {
        /// <inheritdoc/>
        public override void WriteJson(IBufferWriter<byte> output) => WireJson.Write(output, this, static (json, status) =>
        {
            json.WriteStartObject();
            json.WriteNumber("ScanInProgress"u8, 1);
            json.WriteNumber("Progress"u8, status.Progress);
            json.WriteNumber("Found"u8, status.Found);
            json.WriteEndObject();
        });
    }

    /// <summary>Writes the document as JSON.</summary>
    public abstract void WriteJson(IBufferWriter<byte> output);
}
