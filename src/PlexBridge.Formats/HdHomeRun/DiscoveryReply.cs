namespace PlexBridge.Formats.HdHomeRun;

/// <summary>A tuner's answer to a discovery request, in the tag order of real devices (protocols 2.2).</summary>
/// <param name="DeviceId">Who answers.</param>
/// <param name="DeviceAuth">The 24 characters of `DeviceAuth`.</param>
/// <param name="BaseUrl">`http://address:port`, the port always written, even 80.</param>
/// <param name="TunerCount">1 to 255.</param>
/// <param name="MatchesRequest">False adds the list of types, as devices do towards a request that looks for something else.</param>
public sealed record DiscoveryReply(DeviceId DeviceId, string DeviceAuth, string BaseUrl, byte TunerCount, bool MatchesRequest = true)
{
    /// <summary>Writes the whole frame; returns its length in bytes.</summary>
    /// <param name="frame">At least <see cref="DiscoveryPacket.MaxLength"/> bytes.</param>
    public int Write(Span<byte> frame)
    {
        var tags = DiscoveryPacket.Begin(DiscoveryPacket.DiscoverReply, frame[..DiscoveryPacket.MaxLength]);
        tags.Write(Tag.DeviceType, DiscoveryRequest.TunerType);
        if (!MatchesRequest)
            tags.Write(Tag.MultiType, DiscoveryRequest.TunerType);
        tags.Write(Tag.DeviceId, DeviceId.Value);
        tags.Write(Tag.DeviceAuth, DeviceAuth);
        tags.Write(Tag.BaseUrl, BaseUrl);
        tags.Write(Tag.TunerCount, [TunerCount]);
        tags.Write(Tag.LineupUrl, BaseUrl + "/lineup.json");
        return DiscoveryPacket.End(frame, tags.Length);
    }
}
