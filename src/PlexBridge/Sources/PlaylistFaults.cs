using PlexBridge.Formats.M3u;

namespace PlexBridge.Sources;

/// <summary>Says what was given instead of a playlist, and what to do about it.</summary>
internal static class PlaylistFaults
{
    /// <summary>Null for a playlist with entries.</summary>
    public static string? Explain(M3uSummary summary) => summary.Kind switch
    {
        PlaylistKind.Playlist => null,
        PlaylistKind.Empty => "it is empty. The source may have a passing problem; it is tried again later.",
        PlaylistKind.NoEntries => "it is text without a single entry. Check that the address or file is an M3U playlist.",
        PlaylistKind.HtmlPage => "it is a web page, not a playlist: often a login page or the notice of an expired account. Open the address in a browser to see it.",
        PlaylistKind.Xml => "it is XML, not a playlist. A guide is added with: plexbridge guide add",
        PlaylistKind.Json => "it is JSON, not a playlist: mostly an answer that the account isn't accepted. Check user name and password in the address.",
        PlaylistKind.HlsMediaPlaylist or PlaylistKind.HlsMasterPlaylist =>
            "it is the playlist of one single HLS stream, not a list of channels. Write a file with the lines '#EXTM3U', '#EXTINF:-1,NAME' and this address, and import that.",
        PlaylistKind.Gzip => "it is packed with gzip twice. Unpack it first.",
        PlaylistKind.Zip or PlaylistKind.Xz => "it is packed in a way that is not supported; gzip is. Unpack it first.",
        _ => "it is binary, not a playlist: perhaps the address of a stream.",
    };
}
