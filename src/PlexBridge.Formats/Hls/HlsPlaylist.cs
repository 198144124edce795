using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace PlexBridge.Formats.Hls;

/// <summary>
/// An HLS playlist (RFC 8216 and its successor draft): a <see cref="HlsMasterPlaylist"/> or a <see cref="HlsMediaPlaylist"/>.
/// All addresses in it are absolute already.
/// </summary>
/// <param name="Address">Where it was finally read from, after redirects. May carry credentials.</param>
/// <param name="Variables">Values of EXT-X-DEFINE; hand a master's to its media playlists.</param>
public abstract record HlsPlaylist(string Address, ImmutableDictionary<string, string> Variables)
{
    /// <summary>The longest playlist that is read.</summary>
    public const int LongestBytes = 8 * 1024 * 1024;

    /// <summary>Reads a playlist.</summary>
    /// <param name="utf8">The whole body, decompressed.</param>
    /// <param name="address">The address that finally answered, after redirects: relative addresses resolve against it.</param>
    /// <param name="playlist">The playlist.</param>
    /// <param name="fault">Why there is none: a sentence for people, without addresses.</param>
    /// <param name="imported">Variables of the master playlist that led here.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        string address,
        [NotNullWhen(true)] out HlsPlaylist? playlist,
        [NotNullWhen(false)] out string? fault,
        ImmutableDictionary<string, string>? imported = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        playlist = null;
        fault = HlsBody.Refuse(utf8);
        if (fault is not null)
            return false;
        var parser = new HlsParser(address, imported ?? ImmutableDictionary<string, string>.Empty);
        playlist = parser.Read(HlsBody.Decode(utf8));
        fault = parser.Fault;
        return playlist is not null;
    }
}
