using System.Runtime.InteropServices;
using PlexBridge.Formats.M3u;
using PlexBridge.Formats.Text;

namespace PlexBridge.Sources;

/// <summary>
/// What a stream is recognised by over refreshes, as hashes (see <see cref="StableHash"/>); zero means absent.
/// </summary>
/// <param name="Content">Everything that is stored of the entry.</param>
/// <param name="Url">The whole address.</param>
/// <param name="Key">The source's own key: its id for the stream, else tvg-id.</param>
/// <param name="Name">The folded name.</param>
/// <param name="Skeleton">The address without its tokens.</param>
/// <param name="Group">The folded group; never zero, since "no group" is a group as well.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamFeatures(ulong Content, ulong Url, ulong Key, ulong Name, ulong Skeleton, ulong Group)
{
    public static StreamFeatures Of(M3uEntry entry) => Of(entry, entry.Url, entry.Kind);

    /// <param name="url">The entry's address made absolute.</param>
    /// <param name="kind">What it is as an absolute address.</param>
    public static StreamFeatures Of(M3uEntry entry, string url, EntryKind kind)
    {
        // All notes such as [NO PUBLIC STREAM] are alike: as addresses they say nothing.
        var hasAddress = kind != EntryKind.NoStream || url.Contains("://", StringComparison.Ordinal);
        return new StreamFeatures(
            HashContent(entry, url, kind),
            hasAddress ? StableHash.Of(url) : 0,
            HashKey(entry, url),
            StableHash.Of(TextFolding.Fold(entry.Name)),
            hasAddress ? StableHash.Of(UrlSkeleton.Of(url)) : 0,
            StableHash.Of(TextFolding.Fold(entry.Group ?? "")));
    }

    private static ulong HashKey(M3uEntry entry, string url)
    {
        if (entry.SourceKey is { } own)
            return StableHash.Of(own);
        var panelId = UrlSkeleton.XtreamId(url);
        if (!panelId.IsEmpty)
            return StableHash.Of(panelId);
        return entry.TvgId is { } guideId ? StableHash.Of(TextFolding.Fold(guideId)) : 0;
    }

    private static ulong HashContent(M3uEntry entry, string url, EntryKind kind)
    {
        var hash = new StableHash();
        hash.Add(entry.Name);
        hash.Add(url);
        hash.Add((ulong)kind | (entry.IsRadio ? 0x10UL : 0) | (entry.IsDrm ? 0x20UL : 0) | (ulong)(entry.Program ?? 0) << 8);
        hash.Add(entry.TvgId);
        hash.Add(entry.TvgName);
        hash.Add(entry.Logo);
        hash.Add(entry.ChannelNumber);
        hash.Add(entry.SourceKey);
        hash.Add(entry.Group);
        foreach (var (name, value) in entry.Headers)
        {
            hash.Add(name);
            hash.Add(value);
        }
        return hash.Finish();
    }
}

/// <summary>The features of many streams in the order of their list: flat arrays, because a source has 250,000 of them.</summary>
internal sealed class StreamFeatureTable(int capacity = 1024)
{
    private ulong[] _content = new ulong[capacity];
    private ulong[] _url = new ulong[capacity];
    private ulong[] _key = new ulong[capacity];
    private ulong[] _name = new ulong[capacity];
    private ulong[] _skeleton = new ulong[capacity];
    private ulong[] _group = new ulong[capacity];

    public int Count { get; private set; }
    public ReadOnlySpan<ulong> Content => _content.AsSpan(0, Count);
    public ReadOnlySpan<ulong> Url => _url.AsSpan(0, Count);
    public ReadOnlySpan<ulong> Key => _key.AsSpan(0, Count);
    public ReadOnlySpan<ulong> Name => _name.AsSpan(0, Count);
    public ReadOnlySpan<ulong> Skeleton => _skeleton.AsSpan(0, Count);
    public ReadOnlySpan<ulong> Group => _group.AsSpan(0, Count);

    public void Add(in StreamFeatures features)
    {
        if (Count == _content.Length)
            Grow();
        _content[Count] = features.Content;
        _url[Count] = features.Url;
        _key[Count] = features.Key;
        _name[Count] = features.Name;
        _skeleton[Count] = features.Skeleton;
        _group[Count] = features.Group;
        Count++;
    }

    /// <summary>The same streams in another order.</summary>
    public StreamFeatureTable InOrder(ReadOnlySpan<int> order)
    {
        var ordered = new StreamFeatureTable(order.Length);
        foreach (var i in order)
            ordered.Add(new StreamFeatures(_content[i], _url[i], _key[i], _name[i], _skeleton[i], _group[i]));
        return ordered;
    }

    private void Grow()
    {
        var size = Math.Max(1024, _content.Length + _content.Length / 2);
        Array.Resize(ref _content, size);
        Array.Resize(ref _url, size);
        Array.Resize(ref _key, size);
        Array.Resize(ref _name, size);
        Array.Resize(ref _skeleton, size);
        Array.Resize(ref _group, size);
    }
}
