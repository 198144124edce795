namespace PlexBridge.Formats.M3u;

/// <summary>One entry of a playlist: what its lines say, decoded and trimmed, nothing interpreted beyond that.</summary>
public sealed class M3uEntry
{
    private List<KeyValuePair<string, string>>? _headers;
    private List<KeyValuePair<string, string>>? _attributes;

    /// <summary>The name after the comma; else tvg-name, tvg-id or the last part of the address. Never empty.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>The address as written, without its header suffix, inner spaces as %20; it may be relative or no address at all (see <see cref="Kind"/>).</summary>
    public string Url { get; internal set; } = "";

    /// <summary>What the entry is, as far as its lines tell.</summary>
    public EntryKind Kind { get; internal set; }

    /// <summary>Seconds after #EXTINF:, -1 (live) where absent or unreadable.</summary>
    public double Duration { get; internal set; } = -1;

    /// <summary>tvg-id, null where absent, empty or the literal "(no tvg-id)".</summary>
    public string? TvgId { get; internal set; }

    /// <summary>tvg-name.</summary>
    public string? TvgName { get; internal set; }

    /// <summary>tvg-logo, else tvg-logo-small or logo.</summary>
    public string? Logo { get; internal set; }

    /// <summary>The number the list asks for (tvg-chno, channel-number, tvh-chnum …), as written: "5", "5.1" or anything.</summary>
    public string? ChannelNumber { get; internal set; }

    /// <summary>The key the source itself uses for this entry (xui-id, CUID, channel-id, stream-id).</summary>
    public string? SourceKey { get; internal set; }

    /// <summary>group-title, else the #EXTGRP in force; may be a list divided by ';' (see <see cref="Groups"/>).</summary>
    public string? Group { get; internal set; }

    /// <summary>radio="true".</summary>
    public bool IsRadio { get; internal set; }

    /// <summary>True where KODIPROP lines name a licence: the stream is encrypted and can't be played without one.</summary>
    public bool IsDrm { get; internal set; }

    /// <summary>The programme number to pick from a transport stream that holds several (EXTVLCOPT program=).</summary>
    public int? Program { get; internal set; }

    /// <summary>The type the list itself states (tvg-type, media-type: "live", "movie", "series"), null where absent.</summary>
    public string? StatedType { get; internal set; }

    /// <summary>HTTP request headers for the stream, from EXTVLCOPT, EXTHTTP, KODIPROP or the address' '|' suffix; at most 32.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _headers ?? (IReadOnlyList<KeyValuePair<string, string>>)[];

    /// <summary>All other attributes in their order (catchup-source, tvg-shift, tvg-language …), keys in lower case; at most 64.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes => _attributes ?? (IReadOnlyList<KeyValuePair<string, string>>)[];

    /// <summary>The groups of the entry: <see cref="Group"/> divided at ';', trimmed, empty parts left out.</summary>
    public string[] Groups => Group is null ? [] : Group.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal bool HasGroupTitle { get; set; }

    internal void SetHeader(string name, string value)
    {
        if (name.Length == 0 || value.Length == 0)
            return;
        _headers ??= [];
        var at = _headers.FindIndex(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (at >= 0)
            _headers[at] = new(_headers[at].Key, value);
        else if (_headers.Count < M3uReader.MaximumHeaders)
            _headers.Add(new(name, value));
    }

    internal void AddAttribute(string key, string value)
    {
        _attributes ??= [];
        if (_attributes.Count < M3uReader.MaximumAttributes)
            _attributes.Add(new(key, value));
    }
}

/// <summary>What an entry is.</summary>
public enum EntryKind
{
    /// <summary>A stream that runs by itself: a candidate for a channel.</summary>
    Live,

    /// <summary>A film: has a beginning and an end.</summary>
    Film,

    /// <summary>An episode of a series.</summary>
    Series,

    /// <summary>No stream address: a web page, a note such as [NO PUBLIC STREAM], a scheme that is no stream.</summary>
    NoStream,
}
