namespace PlexBridge.Formats.Hls;

/// <summary>Which variant a relay takes, and stays with.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Audio">The separate audio to mux in; null when the variant has its own.</param>
public sealed record HlsVariantChoice(HlsVariant Variant, HlsRendition? Audio)
{
    /// <summary>
    /// The highest bandwidth among the variants that bring picture and sound together; where none does, the highest
    /// with the default rendition of its audio group; sound alone only where there is no picture at all.
    /// </summary>
    public static HlsVariantChoice Best(HlsMasterPlaylist master)
    {
        ArgumentNullException.ThrowIfNull(master);
        return master.Variants
            .Select(variant => new HlsVariantChoice(variant, SeparateAudio(master, variant)))
            .OrderBy(choice => choice.Variant.IsAudioOnly)
            .ThenBy(choice => choice.Audio is not null)
            .ThenByDescending(choice => choice.Variant.Bandwidth)
            .ThenByDescending(choice => choice.Variant.Height ?? 0)
            .First();
    }

    // An audio group that has a rendition without an address says: that one is muxed into the variant.
    private static HlsRendition? SeparateAudio(HlsMasterPlaylist master, HlsVariant variant)
    {
        if (variant.AudioGroup is null || variant.IsAudioOnly)
            return null;
        var group = master.Renditions.Where(rendition => rendition.Kind == "AUDIO" && rendition.Group == variant.AudioGroup).ToList();
        if (group.Exists(rendition => rendition.Address is null))
            return null;
        return group.Find(rendition => rendition.IsDefault) ?? group.Find(rendition => rendition.IsAutoSelected) ?? group.FirstOrDefault();
    }
}
