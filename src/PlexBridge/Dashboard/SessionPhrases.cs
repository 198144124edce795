using System.Globalization;
using PlexBridge.Streaming;

namespace PlexBridge.Dashboard;

/// <summary>What a session's technical names are called for people.</summary>
internal static class SessionPhrases
{
    private const int LongestProgram = 40;

    private static readonly (string Sign, string Program)[] Programs =
    [
        ("Plex", "Plex"), ("Jellyfin", "Jellyfin"), ("Emby", "Emby"), ("Channels", "Channels"), ("Kodi", "Kodi"),
        ("VLC", "VLC"), ("mpv", "mpv"), ("Lavf", "Plex or ffmpeg"), ("GStreamer", "GStreamer"), ("curl", "curl"),
    ];

    /// <summary>The program behind a User-Agent; Plex's own transcoder calls itself Lavf, like every ffmpeg.</summary>
    public static string Program(string userAgent)
    {
        foreach (var (sign, program) in Programs)
            if (userAgent.Contains(sign, StringComparison.OrdinalIgnoreCase))
                return program;
        var name = userAgent.AsSpan().Trim();
        var end = name.IndexOfAny('/', ' ');
        if (end > 0)
            name = name[..end];
        return name.IsEmpty ? "Unknown program" : name[..Math.Min(name.Length, LongestProgram)].ToString();
    }

    /// <summary>What happened to a stream that still plays, in a line; empty when nothing did.</summary>
    public static string Troubles(SessionSnapshot session) => string.Join(", ", new[]
    {
        Count(session.SwitchCount, "switch", "switches"),
        Count(session.Repaired, "gap repaired", "gaps repaired"),
        Count(session.Lost, "piece lost on the way", "pieces lost on the way"),
        Count(session.Skips, "skip of this viewer", "skips of this viewer"),
    }.Where(phrase => phrase.Length > 0));

    public static string Switch(StreamSwitch change) => change.From == change.To
        ? $"Connected again at {change.At.UtcDateTime:HH:mm} UTC: {change.Reason}"
        : $"From {change.From} to {change.To} at {change.At.UtcDateTime:HH:mm} UTC: {change.Reason}";

    public static string Codecs(string? video, string? audio) =>
        string.Join(" · ", new[] { Codec(video), Codec(audio) }.Where(name => name is not null));

    private static string Count(long count, string one, string many) =>
        count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    private static string? Codec(string? wireName) => wireName switch
    {
        "H264" => "H.264",
        "MPEG2" => "MPEG-2",
        "AC3" => "AC-3",
        "EAC3" => "E-AC-3",
        "AC4" => "AC-4",
        "MPEG" => "MPEG audio",
        _ => wireName,
    };
}
