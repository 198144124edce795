using PlexBridge.Formats.M3u;

namespace PlexBridge.Sources;

/// <summary>An entry's address as it is stored: absolute.</summary>
internal static class EntryAddress
{
    /// <summary>A relative address starts from where the playlist was found; without such a place it is no stream address.</summary>
    public static (string Url, EntryKind Kind) Resolve(M3uEntry entry, Uri? baseAddress)
    {
        if (entry.Kind == EntryKind.NoStream || entry.Url.Contains("://", StringComparison.Ordinal) || entry.Url.StartsWith("pipe:", StringComparison.Ordinal))
            return (entry.Url, entry.Kind);
        return baseAddress is not null && Uri.TryCreate(baseAddress, entry.Url, out var absolute)
            ? (absolute.AbsoluteUri, entry.Kind)
            : (entry.Url, EntryKind.NoStream);
    }
}
