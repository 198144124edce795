using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>One row of `/status.json` (protocols 1.8).</summary>
/// <param name="Index">The tuner, from 0.</param>
/// <param name="Reception">What it is tuned to; null while it is idle.</param>
public sealed record TunerStatus(int Index, TunerReception? Reception = null)
{
    /// <summary>Writes the rows of all tuners as a JSON array.</summary>
    public static void WriteJson(IBufferWriter<byte> output, IEnumerable<TunerStatus> tuners) => WireJson.Write(output, tuners, static (json, tuners) =>
    {
        json.WriteStartArray();
        foreach (var tuner in tuners)
            Write(json, tuner);
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, TunerStatus tuner)
    {
        json.WriteStartObject();
        json.WriteString("Resource"u8, string.Create(CultureInfo.InvariantCulture, $"tuner{tuner.Index}"));
        if (tuner.Reception is { } reception)
        {
            json.WriteString("VctNumber"u8, reception.Number);
            json.WriteString("VctName"u8, reception.Name);
            json.WriteNumber("Frequency"u8, reception.Frequency);
            json.WriteNumber("SignalStrengthPercent"u8, reception.SignalPercent);
            json.WriteNumber("SignalQualityPercent"u8, reception.SignalPercent);
            json.WriteNumber("SymbolQualityPercent"u8, reception.SignalPercent);
            json.WriteString("TargetIP"u8, reception.TargetAddress);
            json.WriteNumber("NetworkRate"u8, reception.BitsPerSecond);
            if (reception.Session is { } session)
                Write(json, session);
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TunerSession session)
    {
        json.WriteStartObject("Session"u8);
        json.WriteString("State"u8, session.State);
        json.WriteString("Stream"u8, session.Stream);
        json.WriteString("Kind"u8, session.Kind);
        json.WriteString("VideoCodec"u8, session.VideoCodec);
        json.WriteString("AudioCodec"u8, session.AudioCodec);
        json.WriteString("UserAgent"u8, session.UserAgent);
        json.WriteString("Started"u8, session.Started.UtcDateTime);
        json.WriteNumber("Bytes"u8, session.Bytes);
        json.WriteNumber("Switches"u8, session.Switches);
        if (session.LastReason is { } reason)
            json.WriteString("LastReason"u8, reason);
        json.WriteNumber("Repaired"u8, session.Repaired);
        json.WriteNumber("Lost"u8, session.Lost);
        json.WriteNumber("Skips"u8, session.Skips);
        json.WriteEndObject();
    }
}

/// <summary>What a busy tuner is doing.</summary>
/// <param name="Number">The channel's GuideNumber.</param>
/// <param name="Name">The channel's name.</param>
/// <param name="TargetAddress">The viewer's IP address.</param>
/// <param name="BitsPerSecond">What goes out to the viewer.</param>
public sealed record TunerReception(string Number, string Name, string TargetAddress, long BitsPerSecond)
{
    /// <summary>Hz; a stream has none, so 0 unless a client needs one.</summary>
    public long Frequency { get; init; }

    /// <summary>Strength, quality and symbol quality alike, 0 to 100; a stream that runs is received in full.</summary>
    public int SignalPercent { get; init; } = 100;

    /// <summary>What only we tell, in an object of its own behind a device's fields; null to leave it out.</summary>
    public TunerSession? Session { get; init; }
}

/// <summary>More of a session than a device tells.</summary>
/// <param name="State">starting, live or reconnecting.</param>
/// <param name="Stream">Name of the stream in use.</param>
/// <param name="Kind">The way in.</param>
/// <param name="VideoCodec">Null while unknown or for radio.</param>
/// <param name="AudioCodec">Null while unknown.</param>
/// <param name="UserAgent">What the viewer's program calls itself.</param>
/// <param name="Started">When the viewer asked.</param>
/// <param name="Bytes">Bytes the viewer has taken.</param>
/// <param name="Switches">How often the stream changed or was connected again.</param>
/// <param name="LastReason">Why, the last time; null without one.</param>
/// <param name="Repaired">Gaps of the source that the viewer doesn't see.</param>
/// <param name="Lost">Datagrams or segments that never came.</param>
/// <param name="Skips">How often the viewer was skipped ahead.</param>
public sealed record TunerSession(
    string State, string Stream, string Kind, string? VideoCodec, string? AudioCodec, string UserAgent, DateTimeOffset Started,
    long Bytes, int Switches, string? LastReason, long Repaired, long Lost, int Skips);
