using System.Collections.Immutable;
using System.Globalization;

namespace PlexBridge.Formats.Hls;

/// <summary>Reads one playlist line by line. Unknown tags, low-latency parts among them, are passed over as the RFC asks.</summary>
internal sealed class HlsParser
{
    private const int MostLines = 500_000;

    private readonly string _address;
    private readonly HlsVariables _variables;
    private readonly HlsKeyring _keys = new();
    private readonly List<HlsVariant> _variants = [];
    private readonly List<HlsRendition> _renditions = [];
    private readonly List<HlsKey> _sessionKeys = [];
    private readonly List<HlsSegment> _segments = [];
    private readonly Dictionary<string, long> _rangeEnds = new(StringComparer.Ordinal);
    private HlsAttributes? _variant;
    private HlsMap? _map;
    private (long Length, long? Offset)? _range;
    private TimeSpan _duration;
    private DateTimeOffset? _date;
    private bool _isGap;
    private bool _isDiscontinuity;
    private bool _hasSegmentTag;
    private bool _hasHlsTag;
    private bool _isEnded;
    private TimeSpan? _target;
    private TimeSpan? _holdBack;
    private TimeSpan? _start;
    private long _sequence;
    private long _skipped;
    private long _discontinuities;
    private long _discontinuity;

    public HlsParser(string address, ImmutableDictionary<string, string> imported)
    {
        _address = address;
        _variables = new HlsVariables(address, imported);
    }

    public string? Fault { get; private set; }

    public HlsPlaylist? Read(string text)
    {
        var rest = text.AsSpan();
        for (var line = 0; !rest.IsEmpty && !_isEnded; line++)
        {
            if (line > MostLines)
            {
                Fault = $"The playlist has more than {MostLines} lines.";
                return null;
            }

            var end = rest.IndexOf('\n');
            ReadLine((end < 0 ? rest : rest[..end]).Trim());
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return Finish();
    }

    private void ReadLine(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty)
            return;
        if (line[0] != '#')
        {
            ReadAddress(line.ToString());
            return;
        }

        if (!line.StartsWith("#EXT"))
            return;
        var colon = line.IndexOf(':');
        var tag = colon < 0 ? line : line[..colon];
        _hasHlsTag |= tag.StartsWith("#EXT-X-");
        ReadTag(tag, colon < 0 ? default : line[(colon + 1)..].Trim());
    }

    private void ReadTag(ReadOnlySpan<char> tag, ReadOnlySpan<char> value)
    {
        switch (tag)
        {
            case "#EXTINF":
                var comma = value.IndexOf(',');
                _duration = HlsTime.ParseSeconds(comma < 0 ? value : value[..comma]);
                _hasSegmentTag = true;
                break;
            case "#EXT-X-STREAM-INF":
                _variant = Attributes(value);
                break;
            case "#EXT-X-MEDIA":
                ReadRendition(Attributes(value));
                break;
            case "#EXT-X-SESSION-KEY":
                if (HlsKeyring.Read(Attributes(value), _address) is { } sessionKey)
                    _sessionKeys.Add(sessionKey);
                break;
            case "#EXT-X-TARGETDURATION":
                _target = HlsTime.ParseSeconds(value);
                break;
            case "#EXT-X-MEDIA-SEQUENCE":
                _sequence = ParseLong(value);
                break;
            case "#EXT-X-DISCONTINUITY-SEQUENCE":
                _discontinuities = ParseLong(value);
                break;
            case "#EXT-X-SKIP":
                _skipped = Math.Max(0, Attributes(value).Integer("SKIPPED-SEGMENTS") ?? 0);
                break;
            case "#EXT-X-DISCONTINUITY":
                _isDiscontinuity = true;
                break;
            case "#EXT-X-BYTERANGE":
                _range = ParseRange(value);
                break;
            case "#EXT-X-KEY":
                _keys.Change(Attributes(value), _address);
                break;
            case "#EXT-X-MAP":
                ReadMap(Attributes(value));
                break;
            case "#EXT-X-PROGRAM-DATE-TIME":
                _date = HlsTime.ParseDate(value);
                break;
            case "#EXT-X-GAP":
                _isGap = true;
                break;
            case "#EXT-X-SERVER-CONTROL":
                _holdBack = Attributes(value).Seconds("HOLD-BACK");
                break;
            case "#EXT-X-START":
                _start = Attributes(value).Seconds("TIME-OFFSET");
                break;
            case "#EXT-X-DEFINE":
                _variables.Define(Attributes(value));
                break;
            case "#EXT-X-ENDLIST":
                _isEnded = true;
                break;
        }
    }

    private void ReadAddress(string line)
    {
        var address = HlsAddress.Resolve(_address, _variables.Substitute(line));
        if (_variant is { } attributes)
        {
            _variants.Add(ReadVariant(attributes, address));
            _variant = null;
            return;
        }

        if (_isDiscontinuity)
            _discontinuity++;
        _segments.Add(new HlsSegment(
            address, _segments.Count, _discontinuity, _duration, TakeRange(address), _keys.InForce, _map, _isDiscontinuity, _isGap, _date));
        _duration = TimeSpan.Zero;
        _isDiscontinuity = _isGap = false;
        _date = null;
        _range = null;
    }

    private static HlsVariant ReadVariant(HlsAttributes attributes, string address)
    {
        var (width, height) = ParseResolution(attributes["RESOLUTION"]);
        var codecs = (attributes["CODECS"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new HlsVariant(
            address, attributes.Integer("BANDWIDTH") ?? 0, attributes.Integer("AVERAGE-BANDWIDTH"), width, height, [.. codecs],
            attributes.Number("FRAME-RATE"), attributes["AUDIO"]);
    }

    private void ReadRendition(HlsAttributes attributes)
    {
        if (attributes["TYPE"] is not { } kind || attributes["GROUP-ID"] is not { } group)
            return;
        var address = attributes["URI"] is { } reference ? HlsAddress.Resolve(_address, reference) : null;
        _renditions.Add(new HlsRendition(
            kind, group, attributes["NAME"] ?? "", attributes["LANGUAGE"], address, attributes.IsYes("DEFAULT"), attributes.IsYes("AUTOSELECT")));
    }

    private void ReadMap(HlsAttributes attributes)
    {
        if (attributes["URI"] is not { } reference)
            return;
        HlsByteRange? range = ParseRange(attributes["BYTERANGE"]) is { } part ? new HlsByteRange(part.Offset ?? 0, part.Length) : null;
        _map = new HlsMap(HlsAddress.Resolve(_address, reference), range, _keys.InForce);
    }

    private HlsByteRange? TakeRange(string address)
    {
        if (_range is not { } range)
            return null;
        var offset = range.Offset ?? _rangeEnds.GetValueOrDefault(address);
        if (offset > long.MaxValue - range.Length)
            return null;
        var result = new HlsByteRange(offset, range.Length);
        _rangeEnds[address] = result.End;
        return result;
    }

    private HlsPlaylist? Finish()
    {
        if (_variants.Count > 0 && !_hasSegmentTag)
            return new HlsMasterPlaylist(_address, _variables.Defined, [.. _variants], [.. _renditions], [.. _sessionKeys]);
        Fault = (_variants.Count > 0, _hasHlsTag, _segments.Count > 0 || _target is not null) switch
        {
            (true, _, _) => "The playlist mixes variants and segments.",
            (_, false, _) => "This is a list of channels (M3U) and not an HLS playlist.",
            (_, _, false) => "The playlist names neither variants nor segments.",
            _ => null,
        };
        if (Fault is not null)
            return null;

        var segments = _segments.Select(segment => segment with
        {
            Sequence = segment.Sequence + _sequence + _skipped,
            DiscontinuitySequence = segment.DiscontinuitySequence + _discontinuities,
        });
        var target = _target is { } announced && announced > TimeSpan.Zero ? announced : LongestSegment();
        return new HlsMediaPlaylist(
            _address, _variables.Defined, target, _sequence, _discontinuities, [.. segments], _isEnded, _holdBack, _start);
    }

    private TimeSpan LongestSegment() =>
        _segments.Select(segment => segment.Duration).Append(TimeSpan.FromSeconds(1)).Max();

    private HlsAttributes Attributes(ReadOnlySpan<char> value) => new(value, _variables.Substitute);

    // Bounded, so that no sum of sequence numbers can overflow.
    private static long ParseLong(ReadOnlySpan<char> value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < long.MaxValue / 4 ? number : 0;

    private static (long Length, long? Offset)? ParseRange(ReadOnlySpan<char> value)
    {
        var at = value.IndexOf('@');
        var length = ParseLong(at < 0 ? value : value[..at]);
        if (length == 0)
            return null;
        return (length, at < 0 ? null : ParseLong(value[(at + 1)..]));
    }

    private static (int? Width, int? Height) ParseResolution(string? text)
    {
        var parts = (text ?? "").Split('x', 'X');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
                ? (width, height)
                : (null, null);
    }
}
