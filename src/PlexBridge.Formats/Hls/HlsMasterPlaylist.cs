using System.Collections.Immutable;

namespace PlexBridge.Formats.Hls;

/// <summary>A playlist of playlists: the same programme at several rates, and its renditions.</summary>
/// <param name="Address">Where it was finally read from.</param>
/// <param name="Variables">Values of EXT-X-DEFINE.</param>
/// <param name="Variants">The variants in the order of the list; at least one.</param>
/// <param name="Renditions">Alternative audio, subtitles and the like.</param>
/// <param name="SessionKeys">Keys announced for all variants.</param>
public sealed record HlsMasterPlaylist(
    string Address,
    ImmutableDictionary<string, string> Variables,
    ImmutableArray<HlsVariant> Variants,
    ImmutableArray<HlsRendition> Renditions,
    ImmutableArray<HlsKey> SessionKeys) : HlsPlaylist(Address, Variables);

/// <summary>One EXT-X-STREAM-INF.</summary>
/// <param name="Address">Its media playlist.</param>
/// <param name="Bandwidth">Peak bits per second; 0 where the source leaves it out.</param>
/// <param name="AverageBandwidth">Average bits per second.</param>
/// <param name="Width">Pixels across; null when not told.</param>
/// <param name="Height">Lines; null when not told.</param>
/// <param name="Codecs">RFC 6381 names; empty when not told.</param>
/// <param name="FrameRate">Frames per second.</param>
/// <param name="AudioGroup">Name of the audio renditions that belong to it.</param>
public sealed record HlsVariant(
    string Address,
    long Bandwidth,
    long? AverageBandwidth,
    int? Width,
    int? Height,
    ImmutableArray<string> Codecs,
    double? FrameRate,
    string? AudioGroup)
{
    /// <summary>The codecs are told and there is no video among them.</summary>
    public bool IsAudioOnly => Codecs.Length > 0 && !Codecs.Any(IsVideoCodec) && Height is null;

    private static bool IsVideoCodec(string codec) =>
        VideoPrefixes.Any(prefix => codec.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] VideoPrefixes = ["avc", "hvc", "hev", "dvh", "dva", "vp0", "vp8", "vp9", "av01", "mp4v", "vvc", "vvi"];
}

/// <summary>One EXT-X-MEDIA.</summary>
/// <param name="Kind">AUDIO, VIDEO, SUBTITLES or CLOSED-CAPTIONS.</param>
/// <param name="Group">GROUP-ID.</param>
/// <param name="Name">NAME.</param>
/// <param name="Language">RFC 5646 tag.</param>
/// <param name="Address">Its own media playlist; null when it is muxed into the variant.</param>
/// <param name="IsDefault">DEFAULT=YES.</param>
/// <param name="IsAutoSelected">AUTOSELECT=YES.</param>
public sealed record HlsRendition(
    string Kind, string Group, string Name, string? Language, string? Address, bool IsDefault, bool IsAutoSelected);
