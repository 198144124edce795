using System.Buffers;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>The document at `/discover.json`: who the device is and where its lineup lies (protocols 1.2).</summary>
/// <param name="FriendlyName">The name that clients show.</param>
/// <param name="ModelNumber">For example `HDHR5-4US`; a name with `HDTC` makes clients ask for transcoding.</param>
/// <param name="FirmwareName">For example `hdhomerun5_atsc`.</param>
/// <param name="FirmwareVersion">A date, `YYYYMMDD`.</param>
/// <param name="DeviceId">The device's identity.</param>
/// <param name="DeviceAuth">24 characters that the vendor's services would know the device by.</param>
/// <param name="BaseUrl">The address the client used, without a slash at the end.</param>
/// <param name="TunerCount">1 to 255; clients count their own sessions against it.</param>
public sealed record DiscoverDocument(
    string FriendlyName, string ModelNumber, string FirmwareName, string FirmwareVersion,
    DeviceId DeviceId, string DeviceAuth, string BaseUrl, int TunerCount)
{
    /// <summary>Writes the document as JSON.</summary>
    public void WriteJson(IBufferWriter<byte> output) => WireJson.Write(output, this, static (json, document) =>
    {
        json.WriteStartObject();
        json.WriteString("FriendlyName"u8, document.FriendlyName);
        json.WriteString("ModelNumber"u8, document.ModelNumber);
        json.WriteString("FirmwareName"u8, document.FirmwareName);
        json.WriteString("FirmwareVersion"u8, document.FirmwareVersion);
        json.WriteString("DeviceID"u8, document.DeviceId.ToString());
        json.WriteString("DeviceAuth"u8, document.DeviceAuth);
        json.WriteString("BaseURL"u8, document.BaseUrl);
        json.WriteString("LineupURL"u8, document.BaseUrl + "/lineup.json");
        json.WriteNumber("TunerCount"u8, document.TunerCount);
        json.WriteEndObject();
    });
}
