using PlexBridge.Channels;
using PlexBridge.Formats.M3u;
using PlexBridge.Formats.Text;

namespace PlexBridge.Sources;

/// <summary>A group of a playlist with the number of its live entries.</summary>
internal sealed record ImportGroup(string Name, int Entries, bool IsChosen);

/// <summary>The first look through a playlist: counts, and the features of all entries as hashes.</summary>
internal sealed class PlaylistSurvey
{
    private readonly Dictionary<string, int> _groups = new(StringComparer.Ordinal);
    private readonly int[] _counts = new int[4];
    private readonly List<byte> _kinds = [];
    private readonly List<ulong> _mergeKeys = [];

    private PlaylistSurvey()
    {
    }

    public StreamFeatureTable Features { get; } = new();

    public M3uSummary Summary { get; private set; } = new(PlaylistKind.Empty, new M3uHeader(), 0, 0, 0, 0, 0);

    /// <summary>The highest whole number that a live entry asks for; 0 where none does.</summary>
    public int HighestWanted { get; private set; }

    public int Live => _counts[(int)EntryKind.Live];

    public int Films => _counts[(int)EntryKind.Film];

    public int Series => _counts[(int)EntryKind.Series];

    public int NoStream => _counts[(int)EntryKind.NoStream];

    public static async Task<PlaylistSurvey> TakeAsync(PlaylistSpool spool, Uri? baseAddress, SourceMerge merge, CancellationToken cancellationToken)
    {
        var survey = new PlaylistSurvey();
        survey.Summary = await spool.ReadAsync(entries =>
        {
            foreach (var entry in entries)
                survey.Add(entry, baseAddress, merge);
            return ValueTask.CompletedTask;
        }, cancellationToken);
        return survey;
    }

    public EntryKind Kind(int index) => (EntryKind)_kinds[index];

    /// <summary>What entries of one channel share; 0 where the entry stays alone.</summary>
    public ulong MergeKey(int index) => _mergeKeys.Count == 0 ? 0 : _mergeKeys[index];

    /// <summary>The groups in the order in which they come first.</summary>
    public IReadOnlyList<ImportGroup> Groups(GroupChoice choice) => [.. _groups.Select(group => new ImportGroup(group.Key, group.Value, choice.IsChosen(group.Key)))];

    private void Add(M3uEntry entry, Uri? baseAddress, SourceMerge merge)
    {
        var (url, kind) = EntryAddress.Resolve(entry, baseAddress);
        var features = StreamFeatures.Of(entry, url, kind);
        Features.Add(features);
        _kinds.Add((byte)kind);
        _counts[(int)kind]++;
        if (merge != SourceMerge.None)
            _mergeKeys.Add(kind != EntryKind.Live ? 0 : merge == SourceMerge.ByName ? features.Name : entry.TvgId is { } id ? StableHash.Of(TextFolding.Fold(id)) : 0);
        if (kind != EntryKind.Live)
            return;
        CountGroups(entry.Group);
        if (ChannelNumber.TryParse(entry.ChannelNumber, out var wanted))
            HighestWanted = Math.Max(HighestWanted, wanted.Major);
    }

    private void CountGroups(string? list)
    {
        if (list is null || !list.Contains(';', StringComparison.Ordinal))
        {
            Count(list?.Trim() ?? "");
            return;
        }
        foreach (var group in list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            Count(group);

        void Count(string group) => _groups[group] = _groups.GetValueOrDefault(group) + 1;
    }
}
