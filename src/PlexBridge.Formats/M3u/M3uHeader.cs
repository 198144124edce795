namespace PlexBridge.Formats.M3u;

/// <summary>What #EXTM3U lines and #PLAYLIST say about the list as a whole. Lists glued together have several; they are merged.</summary>
public sealed class M3uHeader
{
    private readonly List<string> _guideUrls = [];
    private readonly List<KeyValuePair<string, string>> _attributes = [];

    /// <summary>True once an #EXTM3U line was seen; many real lists have none.</summary>
    public bool IsPresent { get; internal set; }

    /// <summary>The list's name (#PLAYLIST), null where absent.</summary>
    public string? Name { get; internal set; }

    /// <summary>Guide addresses of url-tvg, x-tvg-url and tvg-url, in order, each once; at most 1,000.</summary>
    public IReadOnlyList<string> GuideUrls => _guideUrls;

    /// <summary>tvg-shift in hours, 0 where absent: how far all guide times of the list are off.</summary>
    public double GuideShift { get; internal set; }

    /// <summary>All other attributes (catchup, catchup-correction …), keys in lower case; at most 64.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes => _attributes;

    internal void AddAttribute(string key, string value)
    {
        if (_attributes.Count < M3uReader.MaximumAttributes)
            _attributes.Add(new(key, value));
    }

    internal void AddGuideUrls(string list)
    {
        foreach (var url in SplitAddresses(list))
            if (url.Length > 0 && _guideUrls.Count < 1000 && !_guideUrls.Contains(url, StringComparer.Ordinal))
                _guideUrls.Add(url);
    }

    /// <summary>Divides at the commas that another address follows: an address may hold commas of its own.</summary>
    private static IEnumerable<string> SplitAddresses(string list)
    {
        var start = 0;
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] is not (',' or ';'))
                continue;
            var rest = list.AsSpan(i + 1).TrimStart();
            var isNext = rest.StartsWith("http", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
            if (!isNext && !rest.IsEmpty)
                continue;
            yield return list[start..i].Trim();
            start = i + 1;
        }
        yield return list[start..].Trim();
    }
}
