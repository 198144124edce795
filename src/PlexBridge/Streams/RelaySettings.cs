using PlexBridge.Settings;
using PlexBridge.Streaming;

namespace PlexBridge.Streams;

/// <summary>The relay's numbers as the settings have them.</summary>
internal static class RelaySettings
{
    /// <summary>Long enough to gather what trickles, short enough that no viewer sees it (decisions/0008-byte-path.md).</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(16);

    public static RelayOptions Of(SettingsSnapshot settings) => new()
    {
        TunerCount = settings.Get(SettingsCatalog.TunerCount),
        Grace = settings.Get(SettingsCatalog.SourceGrace),
        Connect = settings.Get(SettingsCatalog.RelayConnect),
        Attempt = settings.Get(SettingsCatalog.RelayAttempt),
        Start = settings.Get(SettingsCatalog.RelayStart),
        Stall = settings.Get(SettingsCatalog.RelayStall),
        Picture = settings.Get(SettingsCatalog.RelayPicture),
        BitRateFloor = settings.Get(SettingsCatalog.RelayBitRateFloor),
        PrimaryRetry = settings.Get(SettingsCatalog.RelayPrimaryRetry),
        Outage = settings.Get(SettingsCatalog.RelayOutage),
        Linger = settings.Get(SettingsCatalog.RelayLinger),
        // A joiner gets the kept pictures at once; they must fit into its backlog.
        JoinBudget = Math.Min(8L << 20, settings.Get(SettingsCatalog.ViewerBacklog) / 2),
        ViewerBacklog = settings.Get(SettingsCatalog.ViewerBacklog),
        ViewerStall = settings.Get(SettingsCatalog.ViewerStall),
    };
}
