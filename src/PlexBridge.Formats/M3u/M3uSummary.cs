namespace PlexBridge.Formats.M3u;

/// <summary>What the bytes as a whole turned out to be, once all were read.</summary>
/// <param name="Kind">A playlist, or what it is instead.</param>
/// <param name="Header">Facts about the list.</param>
/// <param name="Entries">Entries handed out.</param>
/// <param name="WithoutAddress">#EXTINF lines that no address followed; dropped, never carried over to the next entry.</param>
/// <param name="TooLong">Entries dropped because a line was longer than <see cref="M3uReader.MaximumLineBytes"/>.</param>
/// <param name="StrayLines">Lines that are neither directive, comment nor address.</param>
/// <param name="Bytes">Bytes read.</param>
public sealed record M3uSummary(PlaylistKind Kind, M3uHeader Header, int Entries, int WithoutAddress, int TooLong, int StrayLines, long Bytes);

/// <summary>What was given as a playlist.</summary>
public enum PlaylistKind
{
    /// <summary>Nothing but blank space.</summary>
    Empty,

    /// <summary>A list of entries.</summary>
    Playlist,

    /// <summary>Text, but without a single entry.</summary>
    NoEntries,

    /// <summary>One HLS stream's own list of segments: it belongs into a playlist as one entry's address.</summary>
    HlsMediaPlaylist,

    /// <summary>One HLS stream's list of variants.</summary>
    HlsMasterPlaylist,

    /// <summary>A web page, mostly a login or error page sent with status 200.</summary>
    HtmlPage,

    /// <summary>XML, mostly a guide given by mistake.</summary>
    Xml,

    /// <summary>JSON, mostly a panel's error or API answer.</summary>
    Json,

    /// <summary>Compressed with gzip: to be unpacked first.</summary>
    Gzip,

    /// <summary>A ZIP archive.</summary>
    Zip,

    /// <summary>Compressed with xz.</summary>
    Xz,

    /// <summary>A transport stream or other binary content.</summary>
    Binary,
}
