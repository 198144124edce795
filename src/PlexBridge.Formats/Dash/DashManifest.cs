using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using PlexBridge.Formats.Hls;

namespace PlexBridge.Formats.Dash;

/// <summary>
/// What a relay needs to know of a DASH manifest (ISO/IEC 23009-1), and the manifest written anew with only the streams
/// that are relayed. Nothing else of DASH is understood here: ffmpeg plays it.
/// </summary>
public sealed class DashManifest
{
    /// <summary>The longest manifest that is read.</summary>
    public const int LongestBytes = 4 * 1024 * 1024;

    /// <summary>What a transport stream can carry so that players know it.</summary>
    private static readonly string[] Carried = ["avc", "hvc", "hev", "dvh", "dva", "mp4a", "ac-3", "ec-3", "mp4v", "opus"];

    private static readonly Dictionary<string, string> Systems = new(StringComparer.OrdinalIgnoreCase)
    {
        ["edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"] = "Widevine",
        ["9a04f079-9840-4286-ab92-e65be0885f95"] = "PlayReady",
        ["94ce86fb-07ff-4f43-adb8-93d2fa968ca2"] = "FairPlay",
        ["e2719d58-a985-b3c9-781a-b030af78d30e"] = "ClearKey",
        ["1077efec-c0b2-4d02-ace3-3c1e52e2fb4b"] = "ClearKey",
    };

    private readonly DashTree _tree;

    private DashManifest(DashTree tree) => _tree = tree;

    /// <summary>type="dynamic": it moves on, as a live stream does.</summary>
    public bool IsLive => _tree.Value(_tree.Root, "type") == "dynamic";

    /// <summary>The longest segment as announced, or the pause between two readings of the manifest; zero when neither is told.</summary>
    public TimeSpan LongestSegment =>
        Duration("maxSegmentDuration") is var longest && longest > TimeSpan.Zero ? longest : Duration("minimumUpdatePeriod");

    /// <summary>Where to read it from the next time; null when it doesn't say.</summary>
    public string? Location => _tree.Root.Named("Location").Select(_tree.Content).FirstOrDefault(text => text.Length > 0);

    /// <summary>The names of the protection systems; empty for a clear stream.</summary>
    public IReadOnlyList<string> Protections
    {
        get
        {
            var marks = _tree.Root.Below().Where(element => element.Name == "ContentProtection").ToList();
            if (marks.Count == 0)
                return [];
            var names = marks.Select(mark => NameOf(_tree.Value(mark, "schemeIdUri") ?? "")).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            return names.Count > 0 ? names : ["Common Encryption"];
        }
    }

    /// <summary>There is picture or sound that a transport stream can carry.</summary>
    public bool HasPlayable => _tree.Root.Below().Any(element => element.Name == "Representation" && IsCarried(element) && RoleOf(element) is "video" or "audio");

    /// <summary>True for bytes that begin like a manifest or like any XML: byte order mark, prolog and comments may come first.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> start)
    {
        var text = start.TrimStart("\uFEFF \t\r\n"u8);
        return text.StartsWith("<MPD"u8) || text.StartsWith("<?xml"u8) || text.StartsWith("<!--"u8) || text.StartsWith("<mpd:MPD"u8);
    }

    /// <summary>Reads a manifest; false where the bytes are none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out DashManifest? manifest)
    {
        manifest = null;
        if (utf8.Length > LongestBytes || DashTree.Read(Encoding.UTF8.GetString(utf8)) is not { Root.Name: "MPD" } tree)
            return false;
        manifest = new DashManifest(tree);
        return true;
    }

    /// <summary>
    /// The manifest with the best picture only, the best of each sound, no texts, and with every address absolute and mapped.
    /// </summary>
    /// <param name="address">Where it finally came from, after redirects.</param>
    /// <param name="map">From an absolute address to the one that is written.</param>
    public string Rewrite(string address, Func<string, string> map)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(map);
        var edits = new SortedList<int, (int Length, string Text)>();
        foreach (var element in Dropped())
            edits[element.Start] = (element.End - element.Start, "");
        foreach (var element in _tree.Root.Below())
        {
            if (element.Name == "BaseURL")
                edits.TryAdd(element.ContentStart, (element.ContentEnd - element.ContentStart, DashTree.Encode(Mapped(element))));
            foreach (var (name, start, length) in element.Attributes)
            {
                var value = DashTree.Decode(_tree.Text.Substring(start, length));
                if (name == "href" || name is "media" or "initialization" or "index" or "sourceURL" && IsRooted(value))
                    edits.TryAdd(start, (length, DashTree.Encode(map(HlsAddress.Resolve(address, value)))));
            }
        }

        if (!_tree.Root.Named("BaseURL").Any())
        {
            var dropped = edits.TryGetValue(_tree.Root.ContentStart, out var edit) ? edit.Length : 0;
            edits[_tree.Root.ContentStart] = (dropped, $"<BaseURL>{DashTree.Encode(map(HlsAddress.Resolve(address, "./")))}</BaseURL>");
        }

        return Apply(edits);

        // The outermost one is made absolute; one inside stays relative to it unless it stands for itself.
        string Mapped(DashElement element)
        {
            var value = _tree.Content(element);
            return element.Parent == _tree.Root || IsRooted(value) ? map(HlsAddress.Resolve(address, value)) : value;
        }
    }

    private string Apply(SortedList<int, (int Length, string Text)> edits)
    {
        var result = new StringBuilder(_tree.Text.Length);
        var at = _tree.Root.Start;
        foreach (var (start, (length, text)) in edits)
        {
            if (start < at)
                continue; // Inside something that is dropped.
            result.Append(_tree.Text, at, start - at).Append(text);
            at = start + length;
        }

        return result.Append(_tree.Text, at, _tree.Root.End - at).ToString();
    }

    private IEnumerable<DashElement> Dropped()
    {
        foreach (var location in _tree.Root.Named("Location").Concat(_tree.Root.Named("PatchLocation")))
            yield return location;
        foreach (var extra in _tree.Root.Named("BaseURL").Skip(1))
            yield return extra; // Alternatives on other servers.
        foreach (var period in _tree.Root.Named("Period"))
        {
            var sets = period.Named("AdaptationSet").ToList();
            var bestPicture = sets.SelectMany(set => set.Named("Representation")).Where(one => RoleOf(one) == "video" && IsCarried(one) && !IsTrick(one)).MaxBy(Bandwidth);
            foreach (var set in sets)
            {
                var all = set.Named("Representation").ToList();
                var kept = all.Contains(bestPicture!) ? bestPicture : all.Where(one => RoleOf(one) == "audio" && IsCarried(one)).MaxBy(Bandwidth);
                if (kept is null)
                    yield return set;
                else
                    foreach (var other in all.Where(one => one != kept))
                        yield return other;
            }
        }
    }

    private static bool IsRooted(string value) => value.StartsWith('/') || value.Contains("://", StringComparison.Ordinal);

    private long Bandwidth(DashElement representation) =>
        long.TryParse(_tree.Value(representation, "bandwidth"), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private bool IsCarried(DashElement representation)
    {
        var codecs = Inherited(representation, "codecs") ?? "";
        return codecs.Length == 0 || Carried.Any(carried => codecs.TrimStart().StartsWith(carried, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>video, audio, or something that isn't relayed (text, image).</summary>
    private string RoleOf(DashElement representation)
    {
        var kind = Inherited(representation, "contentType") ?? Inherited(representation, "mimeType") ?? "";
        var slash = kind.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
            kind = kind[..slash];
        return kind.Length > 0 ? kind : _tree.Value(representation, "width") is not null ? "video" : "audio";
    }

    /// <summary>Pictures for winding (DASH-IF): a set that belongs to another one.</summary>
    private bool IsTrick(DashElement representation) =>
        representation.Parent!.Children.Any(child => child.Name is "EssentialProperty" && (_tree.Value(child, "schemeIdUri") ?? "").Contains("trickmode", StringComparison.Ordinal));

    private string? Inherited(DashElement representation, string attribute) =>
        _tree.Value(representation, attribute) ?? _tree.Value(representation.Parent!, attribute);

    private static string? NameOf(string scheme)
    {
        const string Mark = "urn:uuid:";
        if (!scheme.StartsWith(Mark, StringComparison.OrdinalIgnoreCase))
            return null; // urn:mpeg:dash:mp4protection says that it is encrypted, not for whom.
        return Systems.GetValueOrDefault(scheme[Mark.Length..].Trim(), "an unknown DRM");
    }

    /// <summary>A duration as XML Schema writes it (PT2.5S), days to seconds; zero for anything else.</summary>
    private TimeSpan Duration(string attribute)
    {
        try
        {
            var value = _tree.Value(_tree.Root, attribute) is { Length: > 1 and < 40 } text ? System.Xml.XmlConvert.ToTimeSpan(text) : TimeSpan.Zero;
            return value > TimeSpan.Zero && value < TimeSpan.FromHours(1) ? value : TimeSpan.Zero;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return TimeSpan.Zero;
        }
    }
}
