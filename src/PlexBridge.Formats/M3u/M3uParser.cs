using System.Globalization;

namespace PlexBridge.Formats.M3u;

/// <summary>
/// Builds entries from decoded lines. Lines between an address and the next #EXTINF belong to the next entry, like
/// those between #EXTINF and its address.
/// </summary>
internal sealed class M3uParser(Action<M3uEntry> onEntry)
{
    private readonly StringPool _strings = new();
    private M3uEntry _entry = new();
    private bool _hasInfo;
    private bool _isSpoiled;
    private string? _stickyGroup;
    private bool _sawDetails;
    private bool _sawSegmentDuration;
    private bool _sawVariant;

    public M3uHeader Header { get; } = new();
    public int Entries { get; private set; }
    public int WithoutAddress { get; private set; }
    public int TooLong { get; private set; }
    public int StrayLines { get; private set; }

    public PlaylistKind Kind =>
        _sawSegmentDuration && !_sawDetails ? PlaylistKind.HlsMediaPlaylist
        : _sawVariant && !_sawDetails ? PlaylistKind.HlsMasterPlaylist
        : Entries > 0 ? PlaylistKind.Playlist : PlaylistKind.NoEntries;

    public void ReadLine(ReadOnlySpan<char> line)
    {
        if (line[0] != '#')
            ReadAddress(line);
        else if (Directive.TryRead(line, "#EXTINF", out var value))
            ReadInfo(value);
        else if (Directive.TryRead(line, "#EXTM3U", out value))
            ReadHeader(value);
        else if (Directive.TryRead(line, "#EXTGRP", out value))
            ReadGroup(value);
        else if (Directive.TryRead(line, "#EXTVLCOPT", out value))
            HeaderLines.ReadVlcOption(value, _entry);
        else if (Directive.TryRead(line, "#KODIPROP", out value))
            HeaderLines.ReadKodiProperty(value, _entry);
        else if (Directive.TryRead(line, "#EXTHTTP", out value))
            HeaderLines.ReadJson(value, _entry);
        else if (Directive.TryRead(line, "#PLAYLIST", out value))
            Header.Name ??= value.IsEmpty ? null : value.ToString();
        else if (Directive.TryRead(line, "#EXT-X-TARGETDURATION", out _))
            _sawSegmentDuration = true;
        else if (Directive.TryRead(line, "#EXT-X-STREAM-INF", out _))
            _sawVariant = true;
    }

    /// <summary>A line that was too long to keep takes its entry along, unless it was only a comment.</summary>
    public void SkipLongLine(ReadOnlySpan<byte> head)
    {
        var isComment = head[0] == '#';
        if (head.StartsWith("#EXTINF"u8))
        {
            EndWithoutAddress();
            _hasInfo = true;
            _isSpoiled = true;
        }
        else if (!isComment)
        {
            TooLong++;
            Reset();
        }
    }

    public void Complete() => EndWithoutAddress();

    private void ReadInfo(ReadOnlySpan<char> value)
    {
        EndWithoutAddress();
        _hasInfo = true;
        var rest = value[DurationLength(value)..];
        if (double.TryParse(value[..^rest.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds))
            _entry.Duration = seconds;

        var attributes = new AttributeReader(rest, endsAtComma: true);
        while (attributes.TryRead(out var key, out var text))
            Apply(key, text);
        var name = attributes.Rest;
        var late = FindLateAttribute(name);
        if (late >= 0)
        {
            attributes = new AttributeReader(name[late..], endsAtComma: true);
            while (attributes.TryRead(out var key, out var text))
                Apply(key, text);
            name = attributes.HasComma ? attributes.Rest : name[..late].Trim();
        }
        _entry.Name = name.ToString();
    }

    /// <summary>Where attributes go on after a comma: a list that puts the name first, or a comma in an unquoted value.</summary>
    private static int FindLateAttribute(ReadOnlySpan<char> name)
    {
        if (!name.Contains("=\"", StringComparison.Ordinal))
            return -1;
        foreach (var known in (ReadOnlySpan<string>)["tvg-", "group-title="])
        {
            var at = name.IndexOf(known, StringComparison.OrdinalIgnoreCase);
            if (at == 0 || at > 0 && char.IsWhiteSpace(name[at - 1]))
                return at;
        }
        return -1;
    }

    private static int DurationLength(ReadOnlySpan<char> value)
    {
        var length = 0;
        while (length < value.Length && (char.IsAsciiDigit(value[length]) || value[length] is '-' or '+' or '.'))
            length++;
        return length;
    }

    private void Apply(ReadOnlySpan<char> key, ReadOnlySpan<char> value)
    {
        _sawDetails = true;
        if (value.IsEmpty)
            return;
        Span<char> lower = stackalloc char[32];
        if (key.Length > lower.Length)
            return;
        key.ToLowerInvariant(lower);
        lower = lower[..key.Length];
        switch (lower)
        {
            case "tvg-id":
                _entry.TvgId = value is "(no tvg-id)" or "(no id)" ? null : value.ToString();
                break;
            case "tvg-name":
                _entry.TvgName = value.ToString();
                break;
            case "tvg-logo":
                _entry.Logo = value.ToString();
                break;
            case "tvg-logo-small" or "logo":
                _entry.Logo ??= value.ToString();
                break;
            case "tvg-chno":
                _entry.ChannelNumber = value.ToString();
                break;
            case "channel-number" or "tvh-chnum" or "tvg-number" or "ch-number":
                _entry.ChannelNumber ??= value.ToString();
                break;
            case "xui-id" or "cuid" or "channel-id" or "stream-id":
                // "{XUI_ID}" is a placeholder that a panel forgot to fill, 0 its "none".
                if (value[0] != '{' && value is not "0")
                    _entry.SourceKey ??= value.ToString();
                break;
            case "group-title":
                _entry.Group = _strings.Get(value);
                _entry.HasGroupTitle = true;
                break;
            case "radio":
                _entry.IsRadio = value is "true" or "1" or "yes" or "True" or "TRUE";
                break;
            case "tvg-type" or "media-type":
                _entry.StatedType = _strings.Get(value);
                break;
            default:
                _entry.AddAttribute(_strings.Get(lower), _strings.Get(value));
                break;
        }
    }

    private void ReadHeader(ReadOnlySpan<char> value)
    {
        Header.IsPresent = true;
        var attributes = new AttributeReader(value, endsAtComma: false);
        while (attributes.TryRead(out var key, out var text))
        {
            if (key.Length > 64 || text.IsEmpty)
                continue;
            var name = key.ToString().ToLowerInvariant();
            if (name is "url-tvg" or "x-tvg-url" or "tvg-url")
                Header.AddGuideUrls(text.ToString());
            else if (name is "tvg-shift" && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var hours) && double.IsFinite(hours))
                Header.GuideShift = hours;
            else
                Header.AddAttribute(name, text.ToString());
        }
    }

    /// <summary>
    /// Sticky: an #EXTGRP holds for its entry and the next ones, until an empty #EXTGRP or a group-title. Written for an
    /// entry that has a group-title of its own it says nothing.
    /// </summary>
    private void ReadGroup(ReadOnlySpan<char> value)
    {
        if (!_entry.HasGroupTitle)
            _stickyGroup = value.IsEmpty ? null : _strings.Get(value);
    }

    private void ReadAddress(ReadOnlySpan<char> line)
    {
        var hasScheme = AddressLine.HasScheme(line);
        if (_isSpoiled)
        {
            TooLong++;
            Reset();
            return;
        }
        // A line without a scheme may be a name broken in two; the address is then still to come.
        if (_entry.Url.Length > 0 && !hasScheme)
            Emit();
        if (!_hasInfo && !hasScheme)
        {
            StrayLines++;
            return;
        }
        AddressLine.Read(line, _entry);
        if (hasScheme)
            Emit();
    }

    private void EndWithoutAddress()
    {
        if (_entry.Url.Length > 0)
            Emit();
        else if (_isSpoiled)
        {
            TooLong++;
            Reset();
        }
        else if (_hasInfo)
        {
            WithoutAddress++;
            Reset();
        }
    }

    /// <summary>What an entry is called that gives no name in any way.</summary>
    private const string Nameless = "(no name)";

    private void Emit()
    {
        var entry = _entry;
        if (entry.HasGroupTitle)
            _stickyGroup = null;
        else
            entry.Group = _stickyGroup;
        entry.Name = Shown(entry.Name);
        if (entry.Name.Length == 0)
            entry.Name = Shown(entry.TvgName ?? entry.TvgId ?? AddressLine.NameOf(entry.Url));
        if (entry.Name.Length == 0)
            entry.Name = Nameless;
        entry.Group = entry.Group is { } group ? Shown(group) : null;
        entry.Kind = EntryClassifier.Classify(entry.Url, entry.StatedType, entry.Name);
        Reset();
        Entries++;
        onEntry(entry);
    }

    /// <summary>
    /// A text without control characters, which would drive a terminal, break a page or an XML document, and without the
    /// invisible marks that turn the direction of writing, which would make it read as another text.
    /// </summary>
    private static string Shown(string text) => text.Any(letter => char.IsControl(letter) || IsDirectionMark(letter))
        ? string.Concat(text.Where(letter => !IsDirectionMark(letter)).Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim()
        : text;

    /// <summary>Unicode's Bidi_Control characters.</summary>
    private static bool IsDirectionMark(char letter) => letter is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private void Reset()
    {
        _entry = new M3uEntry();
        _hasInfo = false;
        _isSpoiled = false;
    }
}
