using System.Net;
using PlexBridge.Formats.HdHomeRun;
using PlexBridge.Settings;
using PlexBridge.Tuner;

namespace PlexBridge.Discovery;

/// <summary>What a datagram on port 65001 is answered with; knows no socket. Used by one loop only.</summary>
/// <param name="listening">Where the tuner's HTTP listens; null until it does.</param>
internal sealed class DiscoveryAnswer(DeviceIdentity identity, SettingsHolder settings, TimeProvider time, Func<IPEndPoint?> listening)
{
    private readonly AnswerBudget _budget = new(time);

    /// <summary>Writes the answer; returns its length, or 0 for none.</summary>
    /// <param name="datagram">As it came in, sound or not.</param>
    /// <param name="sender">Who asks.</param>
    /// <param name="local">The address of ours that the sender can reach; named as the tuner's.</param>
    /// <param name="answer">Room for <see cref="DiscoveryPacket.MaxLength"/> bytes.</param>
    public int Write(ReadOnlySpan<byte> datagram, IPAddress sender, IPAddress local, Span<byte> answer)
    {
        var current = settings.Current;
        if (listening() is not { } http || !IsReachable(http.Address, local)
            || !current.Get(SettingsCatalog.NetworkAllowed).Contains(sender)
            || !DiscoveryRequest.TryParse(datagram, out var request)
            || !_budget.TrySpend(sender))
            return 0;
        return new DiscoveryReply(
            identity.DeviceId, identity.DeviceAuth, BaseAddress.Of(new IPEndPoint(local, http.Port)),
            (byte)current.Get(SettingsCatalog.TunerCount), request.Matches(identity.DeviceId)).Write(answer);
    }

    // Listening on one address only, a client that came in by another could not follow the answer.
    private static bool IsReachable(IPAddress listening, IPAddress local) =>
        listening.Equals(IPAddress.Any) || listening.Equals(IPAddress.IPv6Any) || listening.Equals(local);
}
