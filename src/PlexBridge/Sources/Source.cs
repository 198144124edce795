using PlexBridge.Channels;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Sources;

/// <summary>How entries of one playlist become one channel.</summary>
internal enum SourceMerge
{
    None,
    ByGuideId,
    ByName,
}

/// <summary>A source as a refresh needs it.</summary>
/// <param name="Location">A URL (it may carry a password), an absolute path, or "-" for what comes in by stdin.</param>
/// <param name="Headers">Sent with the playlist's request; the user agent is among them.</param>
/// <param name="Groups">The groups whose entries become enabled channels; null: all.</param>
/// <param name="CurrentRun">The run in force; 0 before the first one, -1 while the source is being removed.</param>
/// <param name="ContentHash">Of the playlist as it was last applied; null where that state is unfinished or what it depends on has changed.</param>
internal sealed record Source(
    SourceId Id,
    string Name,
    string Location,
    RequestHeaders Headers,
    IReadOnlyList<string>? Groups,
    SourceMerge Merge,
    TimeSpan? RefreshInterval,
    OutboundReach Reach,
    long CurrentRun,
    string? ETag,
    string? LastModified,
    string? ContentHash)
{
    public const string StandardInput = "-";

    public bool IsHttp => IsHttpLocation(Location);

    public static bool IsHttpLocation(string location) =>
        location.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
