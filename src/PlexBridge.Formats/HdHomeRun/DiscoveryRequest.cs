using System.Buffers.Binary;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>
/// What a discovery request looks for. A request names a device type (tag 01) or several (2D); the device id (02) may
/// be absent since the 2025 library, which means any; tags come in any order and unknown ones are skipped (protocols 2.2).
/// </summary>
/// <param name="WantsTuners">Whether tuners are among the types asked for.</param>
/// <param name="DeviceId">The id asked for; <see cref="AnyDevice"/> for every device.</param>
public readonly record struct DiscoveryRequest(bool WantsTuners, uint DeviceId)
{
    /// <summary>The id that stands for every device.</summary>
    public const uint AnyDevice = uint.MaxValue;

    internal const uint TunerType = 1;
    private const uint AnyType = uint.MaxValue;

    /// <summary>Reads one datagram; false when it is no sound discovery request.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out DiscoveryRequest request)
    {
        request = default;
        if (!DiscoveryPacket.TryRead(datagram, out var type, out var payload) || type != DiscoveryPacket.DiscoverRequest)
            return false;
        var (namesType, wantsTuners, deviceId) = (false, false, AnyDevice);
        var tags = new TagReader(payload);
        while (tags.Read())
        {
            switch (tags.Tag)
            {
                case Tag.DeviceType when tags.Value.Length == 4:
                case Tag.MultiType when tags.Value.Length > 0 && tags.Value.Length % 4 == 0:
                    namesType = true;
                    wantsTuners |= HoldsTuner(tags.Value);
                    break;
                case Tag.DeviceId when tags.Value.Length == 4:
                    deviceId = BinaryPrimitives.ReadUInt32BigEndian(tags.Value);
                    break;
                default:
                    break;
            }
        }
        if (tags.IsCut || !namesType)
            return false;
        request = new DiscoveryRequest(wantsTuners, deviceId);
        return true;
    }

    /// <summary>Whether the tuner with this id is what the request looks for.</summary>
    public bool Matches(DeviceId id) => WantsTuners && (DeviceId == AnyDevice || DeviceId == id.Value);

    private static bool HoldsTuner(ReadOnlySpan<byte> types)
    {
        for (; types.Length >= 4; types = types[4..])
            if (BinaryPrimitives.ReadUInt32BigEndian(types) is TunerType or AnyType)
                return true;
        return false;
    }
}
