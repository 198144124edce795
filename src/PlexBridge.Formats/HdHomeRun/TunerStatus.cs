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
        }
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
}
