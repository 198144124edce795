namespace PlexBridge.Formats.HdHomeRun;

/// <summary>One channel as the lineup documents show it (protocols 1.5).</summary>
/// <param name="GuideNumber">`5` or `5.1`; never with an underscore, which Jellyfin splits at.</param>
/// <param name="GuideName">The name that clients show.</param>
/// <param name="Url">Where it plays; without a query string, because clients append one blindly.</param>
public sealed record LineupEntry(string GuideNumber, string GuideName, string Url)
{
    /// <summary>`MPEG2`, `H264` or `HEVC`; null where unknown.</summary>
    public string? VideoCodec { get; init; }

    /// <summary>`AC3`, `AAC`, `MPEG` or `AC4`; null where unknown.</summary>
    public string? AudioCodec { get; init; }

    /// <summary>High definition; written as 1, and left out when it is not.</summary>
    public bool IsHd { get; init; }

    /// <summary>Marked as a favourite; written as 1 or left out.</summary>
    public bool IsFavorite { get; init; }

    /// <summary>Protected, so that Jellyfin and Kodi hide it; written as 1 or left out.</summary>
    public bool IsDrm { get; init; }
}
