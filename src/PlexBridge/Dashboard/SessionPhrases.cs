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

    public static string Codecs(string? video, string? audio) =>
        string.Join(" · ", new[] { Codec(video), Codec(audio) }.Where(name => name is not null));

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
