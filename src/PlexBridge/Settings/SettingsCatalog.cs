using System.Net;
using static PlexBridge.Settings.SettingFormats;

namespace PlexBridge.Settings;

/// <summary>Every setting there is: key, default, kind and one line of help.</summary>
internal static class SettingsCatalog
{
    public static Setting<IPEndPoint> Listen { get; } = new("listen", new IPEndPoint(IPAddress.Any, 5004), SettingFormats.Listen,
        "Address and port the tuner and the pages answer on; port 0 picks a free one.");

    public static Setting<Uri?> PublicUrl { get; } = new("public.url", null, SettingFormats.PublicUrl,
        "Address clients use behind a reverse proxy, sub-path included; empty: the one they asked for.");

    public static Setting<string> LogLevel { get; } = new("log.level", "information",
        OneOf("trace", "debug", "information", "warning", "error"),
        "How much is logged.");

    public static Setting<int> LineupLimit { get; } = new("lineup.limit", 480, Whole(1, 100_000),
        "How many channels are published at most, lowest numbers first; Plex is known to take 480.");

    public static Setting<int> TunerCount { get; } = new("tuner.count", 4, Whole(1, 255),
        "How many viewers may watch at the same time; each takes one tuner.");

    public static Setting<string> TunerName { get; } = new("tuner.name", "PlexBridge", Text("text", 60),
        "The device's name in clients.");

    public static Setting<string> TunerModel { get; } = new("tuner.model", "HDHR5-4US", Text("text", 40),
        "The model the tuner says it is.");

    public static Setting<string> TunerFirmware { get; } = new("tuner.firmware", "hdhomerun5_atsc", Text("text", 40),
        "The firmware the tuner says it runs.");

    public static Setting<string> TunerFirmwareVersion { get; } = new("tuner.firmware.version", "20240101", Text("text", 40),
        "The firmware's version.");

    public static Setting<NetworkList> NetworkAllowed { get; } = new("network.allowed", NetworkList.Private, Networks,
        "Who may ask: networks, 'private' for all private ones, 'any' for everybody.");

    public static Setting<NetworkList> NetworkProxies { get; } = new("network.proxies", NetworkList.None, Networks,
        "Reverse proxies whose forwarded headers are believed.");

    public static Setting<bool> NetworkDiscovery { get; } = new("network.discovery", true, OnOff,
        "Whether clients on the network can find the tuner by themselves (UDP 65001).");

    public static Setting<string> NetworkMulticast { get; } = new("network.multicast", "", OptionalText("text", 60),
        "Interface (its name or an address of it) that multicast streams come in by; empty: the system's choice.");

    public static Setting<TimeSpan> SourceGrace { get; } = new("source.grace", Seconds(3), Duration(TimeSpan.Zero, Seconds(60)),
        "How long a viewer waits for a tuner or a source's connection to become free.");

    public static Setting<TimeSpan> SourceInterval { get; } = new("source.interval", Hours(12), Duration(Minutes(5), Days(365)),
        "How often a source is refreshed, unless it has an interval of its own.");

    public static Setting<int> SourceShrink { get; } = new("source.shrink", 50, Percent,
        "A refresh that loses more than this share of a source's channels is refused.");

    public static Setting<long> SourceSizeLimit { get; } = new("source.size.limit", 512L << 20, Bytes(1 << 10, 16L << 30),
        "Largest playlist that is taken in, unpacked.");

    public static Setting<TimeSpan> SourceConnect { get; } = new("source.connect", Seconds(10), Duration(Seconds(1), Minutes(5)),
        "How long a playlist's server may take to accept the connection.");

    public static Setting<TimeSpan> SourceAnswer { get; } = new("source.answer", Minutes(5), Duration(Seconds(1), Minutes(30)),
        "How long it may take to begin its answer; large playlists are often made on demand.");

    public static Setting<TimeSpan> SourceStall { get; } = new("source.stall", Seconds(30), Duration(Seconds(1), Minutes(30)),
        "How long it may pause in the middle of the answer.");

    public static Setting<TimeSpan> SourceVanishedGrace { get; } = new("source.vanished.grace", Days(7), Duration(TimeSpan.Zero, Days(365)),
        "How long a channel is kept after its source stopped listing it.");

    public static Setting<TimeSpan> RelayConnect { get; } = new("relay.connect", Seconds(5), Duration(Seconds(1), Seconds(60)),
        "How long a stream's server may take to accept the connection.");

    public static Setting<TimeSpan> RelayAttempt { get; } = new("relay.attempt", Seconds(4), Duration(Seconds(1), Seconds(60)),
        "How long one attempt to start a stream may take.");

    public static Setting<TimeSpan> RelayStart { get; } = new("relay.start", Seconds(12), Duration(Seconds(1), Minutes(2)),
        "How long a viewer waits for the first picture, all attempts together.");

    public static Setting<TimeSpan> RelayStall { get; } = new("relay.stall", Seconds(4), Duration(Seconds(1), Minutes(2)),
        "How long a running stream may be silent before it is opened again; HLS gets at least 10s.");

    public static Setting<TimeSpan> RelayPicture { get; } = new("relay.picture", Seconds(5), Duration(Seconds(1), Minutes(2)),
        "How long a stream may deliver bytes without a new picture, or with a clock that stands still, before a backup takes over.");

    public static Setting<int> RelayBitRateFloor { get; } = new("relay.bitrate.floor", 0, Whole(0, 1_000_000_000),
        "Bits per second, over five seconds, under which a stream counts as broken; 0 = no floor.");

    public static Setting<TimeSpan> RelayPrimaryRetry { get; } = new("relay.primary.retry", TimeSpan.Zero, Duration(TimeSpan.Zero, Hours(24)),
        "How long a channel plays from a backup before its first stream is tried again beside it; 0s = only when the backup fails.");

    public static Setting<TimeSpan> RelayOutage { get; } = new("relay.outage", Seconds(30), Duration(Seconds(1), Minutes(10)),
        "How long a source may be gone before its viewers' streams end.");

    public static Setting<TimeSpan> RelayLinger { get; } = new("relay.linger", Seconds(5), Duration(TimeSpan.Zero, Minutes(2)),
        "How long a stream is kept open after its last viewer left.");

    public static Setting<string> FfmpegPath { get; } = new("ffmpeg.path", "ffmpeg", Text("path", 1000),
        "The ffmpeg for DASH, RTSP, RTMP, SRT, MMS, fMP4 and the demo: a name on the PATH or a path. Also FFMPEG_PATH.");

    public static Setting<TimeSpan> ViewerStall { get; } = new("viewer.stall", Seconds(30), Duration(Seconds(1), Minutes(10)),
        "How long a viewer may take nothing, with data waiting, before its session ends.");

    public static Setting<long> ViewerBacklog { get; } = new("viewer.backlog", 8L << 20, Bytes(256 << 10, 256L << 20),
        "How much may wait for one viewer before it is skipped ahead.");

    public static Setting<TimeSpan> ShutdownGrace { get; } = new("shutdown.grace", Seconds(5), Duration(TimeSpan.Zero, Minutes(10)),
        "How long running viewers may go on when the appliance is stopped.");

    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Listen, PublicUrl, LogLevel, LineupLimit,
        TunerCount, TunerName, TunerModel, TunerFirmware, TunerFirmwareVersion,
        NetworkAllowed, NetworkProxies, NetworkDiscovery, NetworkMulticast,
        SourceGrace, SourceInterval, SourceShrink, SourceSizeLimit, SourceConnect, SourceAnswer, SourceStall, SourceVanishedGrace,
        RelayConnect, RelayAttempt, RelayStart, RelayStall, RelayPicture, RelayBitRateFloor, RelayPrimaryRetry, RelayOutage, RelayLinger,
        ViewerStall, ViewerBacklog, FfmpegPath, ShutdownGrace,
    ];

    /// <summary>The setting of that key; null where there is none.</summary>
    public static Setting? Find(string key) =>
        All.FirstOrDefault(setting => setting.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);

    private static TimeSpan Minutes(int count) => TimeSpan.FromMinutes(count);

    private static TimeSpan Hours(int count) => TimeSpan.FromHours(count);

    private static TimeSpan Days(int count) => TimeSpan.FromDays(count);
}
