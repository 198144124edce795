namespace PlexBridge.Sources;

/// <summary>
/// Finds for each stream of a refreshed list the stream of the old list that it is: one to one, best score first,
/// rather no match than a swapped one. Weights: address skeleton 4, the source's key 3, name 3, group 1; from 4 on it
/// is a match. One pass per combination, each a hash join, so 250,000 streams take a fraction of a second.
/// </summary>
internal sealed class StreamMatcher
{
    /// <summary>Stands for "no old stream".</summary>
    public const int None = -1;

    /// <summary>At this score two features that identify agree; a rest that is unique among what is left is then enough.</summary>
    private const int StrongScore = 7;

    private static readonly (Feature Features, int Score)[] Combinations =
    [
        (Feature.Skeleton | Feature.Key | Feature.Name | Feature.Group, 11),
        (Feature.Skeleton | Feature.Key | Feature.Name, 10),
        (Feature.Skeleton | Feature.Key | Feature.Group, 8),
        (Feature.Skeleton | Feature.Name | Feature.Group, 8),
        (Feature.Skeleton | Feature.Key, 7),
        (Feature.Skeleton | Feature.Name, 7),
        (Feature.Key | Feature.Name | Feature.Group, 7),
        (Feature.Key | Feature.Name, 6),
        (Feature.Skeleton | Feature.Group, 5),
        (Feature.Skeleton, 4),
        (Feature.Key | Feature.Group, 4),
        (Feature.Name | Feature.Group, 4),
    ];

    private readonly StreamFeatureTable _old;
    private readonly StreamFeatureTable _new;
    private readonly int[] _oldOfNew;
    private readonly int[] _newOfOld;
    private readonly HashJoin _join;
    private readonly Func<int, bool>? _isVanished;
    private int _matched;
    private bool _isVanishedLeftOut;

    private StreamMatcher(StreamFeatureTable old, StreamFeatureTable @new, Func<int, bool>? isVanished)
    {
        _isVanished = isVanished;
        _old = old;
        _new = @new;
        _oldOfNew = new int[@new.Count];
        _newOfOld = new int[old.Count];
        Array.Fill(_oldOfNew, None);
        Array.Fill(_newOfOld, None);
        _join = new HashJoin(Math.Max(old.Count, 16));
    }

    [Flags]
    private enum Feature
    {
        Skeleton = 1,
        Key = 2,
        Name = 4,
        Group = 8,
        Url = 16,
    }

    /// <summary>For each new stream the index of the old one, or <see cref="None"/>.</summary>
    /// <param name="isVanished">
    /// Old streams that the list didn't have any more last time: they come back only where no listed one fits.
    /// </param>
    public static int[] Match(StreamFeatureTable old, StreamFeatureTable @new, Func<int, bool>? isVanished = null)
    {
        var matcher = new StreamMatcher(old, @new, isVanished);
        if (isVanished is not null)
        {
            matcher._isVanishedLeftOut = true;
            matcher.MatchAll();
            matcher._isVanishedLeftOut = false;
        }

        matcher.MatchAll();
        return matcher._oldOfNew;
    }

    private void MatchAll()
    {
        if (IsOpen)
            MatchUnchanged();
        if (IsOpen)
            MatchEqualUrls();
        foreach (var (features, score) in Combinations)
        {
            if (!IsOpen)
                break;
            MatchUnique(features, amongAll: score < StrongScore);
            if (score != Combinations[0].Score)
                continue;
            MatchTwins();
            MatchCopies();
        }
    }

    private bool IsLeftOut(int old) => _isVanishedLeftOut && _isVanished!(old);

    private bool IsFree(int old) => _newOfOld[old] == None && !IsLeftOut(old);

    private bool IsOpen => _matched < _old.Count && _matched < _new.Count;

    /// <summary>Equal in everything: which of several exact copies is which makes no difference, so they go by order.</summary>
    private void MatchUnchanged()
    {
        var old = _old.Content;
        var @new = _new.Content;
        // The common refresh: the same list, or the same up to some point.
        for (var i = 0; i < old.Length && i < @new.Length && old[i] == @new[i] && IsFree(i) && _oldOfNew[i] == None; i++)
            Pair(i, i);
        if (!IsOpen)
            return;
        var first = new Dictionary<ulong, int>(_old.Count);
        var next = new int[_old.Count];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            if (!IsFree(i))
                continue;
            next[i] = first.GetValueOrDefault(old[i], None);
            first[old[i]] = i;
        }
        for (var i = 0; i < @new.Length; i++)
        {
            if (_oldOfNew[i] != None || first.GetValueOrDefault(@new[i], None) is var match && match == None)
                continue;
            first[@new[i]] = next[match];
            Pair(match, i);
        }
    }

    private void MatchEqualUrls()
    {
        MatchUnique(Feature.Url | Feature.Key | Feature.Name, amongAll: false);
        MatchUnique(Feature.Url | Feature.Name, amongAll: false);
        MatchUnique(Feature.Url | Feature.Key, amongAll: false);
        MatchUnique(Feature.Url, amongAll: false);
    }

    private void MatchUnique(Feature features, bool amongAll)
    {
        _join.Clear();
        for (var i = 0; i < _old.Count; i++)
            if ((amongAll ? !IsLeftOut(i) : IsFree(i)) && Combine(_old, i, features) is var hash and not 0)
                _join.AddLeft(hash, i);
        for (var i = 0; i < _new.Count; i++)
            if ((amongAll || _oldOfNew[i] == None) && Combine(_new, i, features) is var hash and not 0)
                _join.AddRight(hash, i);
        foreach (var (left, right) in _join.UniquePairs())
            if (IsFree(left) && _oldOfNew[right] == None)
                Pair(left, right);
    }

    /// <summary>
    /// Streams that are equal in all features are told apart by their neighbours only: the one that stands beside the
    /// same stream as before. When their number changed, both neighbours must say the same.
    /// </summary>
    private void MatchTwins()
    {
        const Feature all = Feature.Skeleton | Feature.Key | Feature.Name | Feature.Group;
        var counts = new Dictionary<ulong, int>();
        for (var i = 0; i < _new.Count; i++)
            if (_oldOfNew[i] == None)
                Count(counts, CombinePresent(_new, i, all), 1);
        for (var i = 0; i < _old.Count; i++)
            if (IsFree(i))
                Count(counts, CombinePresent(_old, i, all), -1);

        // A row of twins is told apart from its ends: once forwards, once backwards.
        for (var i = 0; i < _new.Count; i++)
            TryMatchTwin(i);
        for (var i = _new.Count - 1; i >= 0; i--)
            TryMatchTwin(i);

        void TryMatchTwin(int index)
        {
            if (_oldOfNew[index] != None)
                return;
            var twins = CombinePresent(_new, index, all);
            var before = index > 0 ? Neighbour(_oldOfNew[index - 1], +1, twins) : None;
            var after = index + 1 < _new.Count ? Neighbour(_oldOfNew[index + 1], -1, twins) : None;
            var isAgreed = before != None && before == after;
            if (before != None && after != None && !isAgreed || before == None && after == None)
                return;
            if (isAgreed || counts[twins] == 0)
                Pair(before == None ? after : before, index);
        }

        int Neighbour(int old, int step, ulong twins)
        {
            if (old == None)
                return None;
            var beside = old + step;
            while (beside >= 0 && beside < _old.Count && IsLeftOut(beside))
                beside += step;
            return beside >= 0 && beside < _old.Count && IsFree(beside) && CombinePresent(_old, beside, all) == twins ? beside : None;
        }
    }

    /// <summary>
    /// A list that names the very same entry several times, address and all: which copy is which makes no difference, so
    /// they go by order. Copies whose addresses differ may be different streams and stay unmatched.
    /// </summary>
    private void MatchCopies()
    {
        const Feature all = Feature.Skeleton | Feature.Key | Feature.Name | Feature.Group;
        var old = new Dictionary<ulong, Copies>();
        for (var i = 0; i < _old.Count; i++)
            if (IsFree(i))
                Collect(old, CombinePresent(_old, i, all), _old.Url[i], i);
        var @new = new Dictionary<ulong, Copies>();
        for (var i = 0; i < _new.Count; i++)
            if (_oldOfNew[i] == None && CombinePresent(_new, i, all) is var hash && old.ContainsKey(hash))
                Collect(@new, hash, _new.Url[i], i);
        foreach (var (hash, copies) in @new)
            if (old[hash] is { IsOneAddress: true } before && copies.IsOneAddress)
                for (var i = 0; i < copies.Indices.Count && i < before.Indices.Count; i++)
                    Pair(before.Indices[i], copies.Indices[i]);

        static void Collect(Dictionary<ulong, Copies> groups, ulong hash, ulong url, int index)
        {
            if (!groups.TryGetValue(hash, out var copies))
                groups.Add(hash, copies = new Copies(url));
            copies.IsOneAddress &= copies.Url == url && url != 0;
            copies.Indices.Add(index);
        }
    }

    private sealed class Copies(ulong url)
    {
        public ulong Url { get; } = url;

        public bool IsOneAddress { get; set; } = true;

        public List<int> Indices { get; } = [];
    }

    private static void Count(Dictionary<ulong, int> counts, ulong hash, int step) => counts[hash] = counts.GetValueOrDefault(hash) + step;

    private void Pair(int old, int @new)
    {
        _newOfOld[old] = @new;
        _oldOfNew[@new] = old;
        _matched++;
    }

    /// <summary>Zero where one of the features is absent: what isn't there can't agree.</summary>
    private static ulong Combine(StreamFeatureTable table, int index, Feature features)
    {
        if (features.HasFlag(Feature.Skeleton) && table.Skeleton[index] == 0 || features.HasFlag(Feature.Key) && table.Key[index] == 0
            || features.HasFlag(Feature.Url) && table.Url[index] == 0)
            return 0;
        return CombinePresent(table, index, features);
    }

    private static ulong CombinePresent(StreamFeatureTable table, int index, Feature features)
    {
        var hash = new StableHash();
        if (features.HasFlag(Feature.Skeleton))
            hash.Add(table.Skeleton[index]);
        if (features.HasFlag(Feature.Key))
            hash.Add(table.Key[index]);
        if (features.HasFlag(Feature.Name))
            hash.Add(table.Name[index]);
        if (features.HasFlag(Feature.Group))
            hash.Add(table.Group[index]);
        if (features.HasFlag(Feature.Url))
            hash.Add(table.Url[index]);
        return hash.Finish();
    }
}
