using PlexBridge.Formats.M3u;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>
/// The second look through a playlist: writes new versions of what changed and the channels of what is new, all under a
/// run that isn't in force yet. What has to happen to channels that exist is noted in <see cref="Work"/> for later.
/// </summary>
internal sealed class RunWriter
{
    private readonly Database _database;
    private readonly Source _source;
    private readonly long _run;
    private readonly PlaylistSurvey _survey;
    private readonly StoredStreams _stored;
    private readonly StoredChannels _channels;
    private readonly ChannelNumbers _numbers;
    private readonly GroupChoice _choice;
    private readonly bool _isRepair;
    private readonly int[] _matches;
    private readonly Dictionary<ulong, (long Channel, int Next, bool IsClosed)> _merged = [];
    private long _lastStream;
    private long _lastChannel;
    private int _ordinal;

    /// <param name="isRepair">Brings every channel up to date, because an earlier run didn't come to it.</param>
    public RunWriter(
        Database database, Source source, long run, PlaylistSurvey survey, StoredStreams stored, StoredChannels channels, ChannelNumbers numbers,
        (long Stream, long Channel) lastIds, int[] matches, bool isRepair)
    {
        _database = database;
        _source = source;
        _run = run;
        _survey = survey;
        _stored = stored;
        _channels = channels;
        _numbers = numbers;
        _choice = new GroupChoice(source.Groups);
        (_lastStream, _lastChannel) = lastIds;
        _matches = matches;
        _isRepair = isRepair;
        if (source.Merge != SourceMerge.None)
            FindMergedChannels();
    }

    public RunWork Work { get; } = new();

    public int Added { get; private set; }

    public int Changed { get; private set; }

    public int Returned { get; private set; }

    public async Task WriteAsync(PlaylistSpool spool, Uri? baseAddress, CancellationToken cancellationToken) =>
        await spool.ReadAsync(async entries =>
        {
            if (!NeedsWriting(entries.Count))
            {
                foreach (var entry in entries)
                    Write(null, entry, baseAddress);
                return;
            }
            await _database.WriteAsync(connection =>
            {
                using var statements = new RunStatements(connection, _source.Id, _run);
                foreach (var entry in entries)
                    Write(statements, entry, baseAddress);
                return 0;
            }, cancellationToken);
        }, cancellationToken);

    /// <summary>True where one of the next entries changes a row; long unchanged stretches open no transaction.</summary>
    private bool NeedsWriting(int count)
    {
        if (_source.Merge != SourceMerge.None || _isRepair)
            return true;
        for (var i = _ordinal; i < _ordinal + count; i++)
        {
            var old = _matches[i];
            if (old == StreamMatcher.None || IsChanged(i, old) || _survey.Kind(i) == EntryKind.Live && _channels.Find(_stored.Id(old)) is not { IsPrimary: true })
                return true;
        }
        return false;
    }

    private bool IsChanged(int index, int old) => _survey.Features.Content[index] != _stored.Features.Content[old] || _stored.VanishedAt(old) != 0;

    private void Write(RunStatements? statements, M3uEntry entry, Uri? baseAddress)
    {
        var index = _ordinal++;
        var old = _matches[index];
        var (url, kind) = EntryAddress.Resolve(entry, baseAddress);
        var stream = old == StreamMatcher.None ? ++_lastStream : _stored.Id(old);
        var isWritten = old == StreamMatcher.None || IsChanged(index, old);
        if (isWritten)
            statements!.InsertStream(stream, index, entry, url, kind, At(index));
        else if (_stored.Ordinal(old) != index)
            Work.Ordinals.Add((stream, _stored.Run(old), index));

        if (old == StreamMatcher.None)
            Added++;
        else if (isWritten)
        {
            Work.Superseded.Add(stream);
            if (_stored.VanishedAt(old) != 0)
                Returned++;
            else
                Changed++;
        }
        if (kind != EntryKind.Live)
            return;

        if (old != StreamMatcher.None && _channels.Find(stream) is { } link)
            Follow(statements, entry, stream, link, _survey.MergeKey(index), isWritten || _isRepair);
        else if (old == StreamMatcher.None || _stored.Kind(old) != EntryKind.Live)
            Offer(statements!, entry, stream, _survey.MergeKey(index));
    }

    private StreamFeatures At(int index)
    {
        var features = _survey.Features;
        return new StreamFeatures(features.Content[index], features.Url[index], features.Key[index], features.Name[index], features.Skeleton[index], features.Group[index]);
    }

    /// <summary>A live stream without a channel becomes one, or a backup of the one it shares its id or name with.</summary>
    private void Offer(RunStatements statements, M3uEntry entry, long stream, ulong key)
    {
        if (key != 0 && _merged.TryGetValue(key, out var shared))
        {
            // A user has chosen that channel's streams: it takes no more, and the stream needs no channel of its own.
            if (shared.IsClosed)
                return;
            statements.InsertLink(shared.Channel, shared.Next, stream);
            _merged[key] = shared with { Next = shared.Next + 1 };
            return;
        }
        var channel = ++_lastChannel;
        statements.InsertChannel(channel, _numbers, entry, _choice.IsChosen(entry.Group));
        statements.InsertLink(channel, 0, stream);
        if (key != 0)
            _merged[key] = (channel, 1, false);
    }

    /// <summary>The channel of a known stream follows the list, as far as no user has edited it.</summary>
    private void Follow(RunStatements? statements, M3uEntry entry, long stream, in ChannelLink link, ulong key, bool isChanged)
    {
        if (!link.IsPrimary)
        {
            // Merging was switched off: a backup becomes a channel again.
            if (_source.Merge == SourceMerge.None && !link.IsStreamsEdited)
            {
                Offer(statements!, entry, stream, key: 0);
                Work.RemovedLinks.Add((link.Channel, link.Position));
            }
            return;
        }
        if (key != 0 && _merged.TryGetValue(key, out var shared) && shared.Channel != link.Channel && !shared.IsClosed && !link.IsEdited && link.Last == link.Position)
        {
            Offer(statements!, entry, stream, key);
            Work.RemovedChannels.Add(link.Channel);
            return;
        }
        if (isChanged)
            Work.ChangedChannels.Add((link.Channel, stream, RunStatements.GroupOf(entry) == (entry.Group ?? "") ? null : RunStatements.GroupOf(entry)));
        var isChosen = _choice.IsChosen(entry.Group);
        if (isChosen != link.IsEnabled && !link.IsEnabledEdited)
            Work.SwitchedChannels.Add((link.Channel, isChosen));
    }

    /// <summary>The channel of the first entry with a key is the one that the others join.</summary>
    private void FindMergedChannels()
    {
        for (var i = 0; i < _matches.Length; i++)
            if (_survey.MergeKey(i) is var key and not 0 && !_merged.ContainsKey(key) && _matches[i] != StreamMatcher.None
                && _channels.Find(_stored.Id(_matches[i])) is { } link)
                _merged[key] = (link.Channel, link.Last + 1, link.IsStreamsEdited);
    }
}

/// <summary>What is left to do once a run is in force.</summary>
internal sealed class RunWork
{
    /// <summary>Streams whose earlier versions can go.</summary>
    public List<long> Superseded { get; } = [];

    /// <summary>Unchanged streams that stand elsewhere in the list now.</summary>
    public List<(long Stream, long Run, int Ordinal)> Ordinals { get; } = [];

    /// <summary>Channels whose stream says something else now; the group where it isn't the stream's own text.</summary>
    public List<(long Channel, long Stream, string? Group)> ChangedChannels { get; } = [];

    public List<(long Channel, bool IsEnabled)> SwitchedChannels { get; } = [];

    public List<(long Channel, int Position)> RemovedLinks { get; } = [];

    public List<long> RemovedChannels { get; } = [];

    /// <summary>Streams that vanished so long ago that they go for good.</summary>
    public List<long> Expired { get; } = [];
}
