using System.Globalization;
using PlexBridge.Channels;
using PlexBridge.Settings;
using PlexBridge.Storage;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Sources;

/// <summary>
/// One run: fetch into a spool file, read and compare, then apply under a new run number that one small transaction
/// brings into force. Whatever goes wrong before that leaves the old state as it is. Works in any process; runs take
/// turns over all of them.
/// </summary>
internal sealed class PlaylistImport(Database database, SettingsHolder settings, TimeProvider time)
{
    private const string StillRunning = "Another import is running on this data folder and did not end within 10 minutes. Try again when it has.";

    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(10);

    private readonly SourceStore _sources = new(database, time);
    private readonly RunRecords _runs = new(database, time);
    private readonly RunCleanup _cleanup = new(database, time);
    private readonly RunFinish _finish = new(database, time);
    private readonly PlaylistFetch _fetch = new(settings, time);

    /// <summary>Adds or refreshes the source that the definition is of. What it says is kept where the run is good, else all stays as it was.</summary>
    /// <param name="input">The playlist itself where the definition's location is "-".</param>
    public async Task<ImportResult> ImportAsync(SourceDefinition definition, bool isForced, Stream? input, CancellationToken cancellationToken)
    {
        if (definition.Location != Source.StandardInput && !definition.Location.Contains("://", StringComparison.Ordinal))
            definition = definition with { Location = Path.GetFullPath(definition.Location) };
        var reach = await SourceReach.DecideAsync(definition.Location, cancellationToken);
        using var turn = await TakeTurnAsync(cancellationToken);
        if (turn is null)
            return Fail(default, definition.Name ?? Describe(definition.Location), StillRunning);
        await _cleanup.CleanAllAsync(cancellationToken);
        var (source, isNew) = await _sources.FindOrAddAsync(definition, reach, cancellationToken);
        var result = await RunAsync(source, definition, isForced, input, cancellationToken);
        if (isNew && !result.IsGood)
            await _sources.ForgetAsync(source.Id, cancellationToken);
        return result;
    }

    /// <summary>Refreshes a source; null where there is none of that id.</summary>
    public async Task<ImportResult?> RefreshAsync(SourceId id, bool isForced, CancellationToken cancellationToken)
    {
        if (await _sources.FindAsync(id, cancellationToken) is not { } source)
            return null;
        using var turn = await TakeTurnAsync(cancellationToken);
        if (turn is null)
            return Fail(id, source.Name, StillRunning);
        await _cleanup.CleanAllAsync(cancellationToken);
        return await RunAsync(source, null, isForced, null, cancellationToken);
    }

    private Task<ImportLock?> TakeTurnAsync(CancellationToken cancellationToken) => ImportLock.TakeAsync(database.Folder, LockPatience, time, cancellationToken);

    /// <param name="definition">What is stored of it only once the run is in force; null where the user says nothing.</param>
    private async Task<ImportResult> RunAsync(Source source, SourceDefinition? definition, bool isForced, Stream? input, CancellationToken cancellationToken)
    {
        var isRepair = await _cleanup.CleanAsync(source.Id, cancellationToken);
        // Another process may have refreshed it while this one waited.
        if (await _sources.FindAsync(source.Id, definition, cancellationToken) is not { } current)
            return Fail(source, $"The source {source.Name} has been removed.");

        var run = await _runs.BeginAsync(current.Id, cancellationToken);
        ImportResult result;
        try
        {
            using var spool = new PlaylistSpool(database.Folder, run);
            result = await RunAsync(current, definition, run, isForced, isRepair, input, spool, cancellationToken);
        }
        catch
        {
            await CleanUpAfterFaultAsync(current.Id);
            throw;
        }
        if (result.IsGood)
            await _sources.SetNextRefreshAsync(current.Id, time.GetUtcNow() + RefreshPause.After(current.RefreshInterval ?? settings.Current.Get(SettingsCatalog.SourceInterval), 0), cancellationToken);
        await _runs.EndAsync(run, result.Outcome, result.Message, result.Counts, cancellationToken);
        return result;
    }

    /// <summary>Cancelled, or the disk is full: what isn't in force goes now if it can, else before the next run.</summary>
    private async Task CleanUpAfterFaultAsync(SourceId source)
    {
        try
        {
            await _cleanup.CleanAsync(source, CancellationToken.None);
        }
        catch (StorageException)
        {
            // The fault that led here is the one to tell.
        }
    }

    private async Task<ImportResult> RunAsync(
        Source source, SourceDefinition? definition, long run, bool isForced, bool isRepair, Stream? input, PlaylistSpool spool, CancellationToken cancellationToken)
    {
        var mayBeUnchanged = !isForced && !isRepair && source.ContentHash is not null;
        var fetched = await _fetch.FetchAsync(source, isConditional: mayBeUnchanged, input, spool, cancellationToken);
        switch (fetched)
        {
            case FetchResult.Failed failed:
                return Fail(source, failed.Message);
            case FetchResult.NotModified:
                return await KeepAsync(source, cancellationToken);
            case FetchResult.Fetched same when mayBeUnchanged && same.Hash == source.ContentHash:
                return await KeepAsync(source, cancellationToken);
        }
        var content = (FetchResult.Fetched)fetched;
        var survey = await PlaylistSurvey.TakeAsync(spool, content.BaseAddress, source.Merge, cancellationToken);
        var stored = await database.ReadAsync(connection => StoredStreams.Read(connection, source.Id), cancellationToken);
        if (Judge(source, survey, stored, isForced) is { } refusal)
            return refusal;

        var result = await ApplyAsync(source, definition, run, isRepair, content, survey, stored, spool, cancellationToken);
        ReleaseMemory();
        return result;
    }

    /// <summary>Null where the list may take the place of the old one.</summary>
    private ImportResult? Judge(Source source, PlaylistSurvey survey, StoredStreams stored, bool isForced)
    {
        if (PlaylistFaults.Explain(survey.Summary) is { } fault)
            return Result(source, ImportOutcome.Refused, $"{Describe(source)}: {fault}", survey);
        if (survey.Live == 0 && !(isForced && survey.Summary.Entries > 0))
            return Result(source, ImportOutcome.Refused,
                $"{Describe(source)}: of {survey.Summary.Entries} entries none is a live stream ({survey.Films} films, {survey.Series} episodes, {survey.NoStream} without a stream address). Only live streams become channels.", survey);
        if (!isForced && ExplainChoice(source, survey) is { } choice)
            return Result(source, ImportOutcome.Refused, $"{Describe(source)}: {choice}", survey);
        var share = settings.Current.Get(SettingsCatalog.SourceShrink);
        var before = stored.LiveCount;
        if (isForced || before == 0 || survey.Live >= before * (100 - share) / 100.0)
            return null;
        return Result(source, ImportOutcome.Refused, string.Create(CultureInfo.InvariantCulture,
            $"{Describe(source)}: it lists {survey.Live} live streams, {before} before: more than {share} % would be lost (source.shrink). The old state stays. If the new list is right, take it with --force."), survey);
    }

    /// <summary>Null where a chosen group is in the list. A choice of a list divided by ';' names entries, not a group.</summary>
    private static string? ExplainChoice(Source source, PlaylistSurvey survey)
    {
        const int mostShown = 10;
        var groups = survey.Groups(new GroupChoice(source.Groups));
        if (source.Groups is not { } chosen || chosen.Any(group => group.Contains(';', StringComparison.Ordinal)) || groups.Any(group => group.IsChosen))
            return null;
        var names = string.Join(", ", groups.OrderByDescending(group => group.Entries).Take(mostShown).Select(group => group.Name.Length == 0 ? "(no group)" : group.Name));
        return $"none of the chosen groups is in the list (chosen: {string.Join(", ", chosen)}; there: {names}{(groups.Count > mostShown ? " …" : "")}). "
            + "Nothing was taken over. Choose others with --groups A,B or all with --groups all; --force takes the list without enabling a channel.";
    }

    private async Task<ImportResult> ApplyAsync(
        Source source, SourceDefinition? definition, long run, bool isRepair, FetchResult.Fetched content, PlaylistSurvey survey, StoredStreams stored, PlaylistSpool spool,
        CancellationToken cancellationToken)
    {
        var matches = StreamMatcher.Match(stored.Features, survey.Features, stored.HasVanished ? index => stored.VanishedAt(index) != 0 : null);
        var channels = await database.ReadAsync(connection => StoredChannels.Read(connection, source.Id), cancellationToken);
        var numbers = await database.ReadAsync(connection => ChannelNumbers.Read(connection, survey.HighestWanted), cancellationToken);
        var lastIds = await database.ReadAsync(connection => (connection.Number("SELECT MAX(id) FROM streams"), connection.Number("SELECT MAX(id) FROM channels")), cancellationToken);

        var writer = new RunWriter(database, source, run, survey, stored, channels, numbers, lastIds, matches, isRepair);
        await writer.WriteAsync(spool, content.BaseAddress, cancellationToken);
        var vanished = await MarkVanishedAsync(run, stored, matches, writer.Work, cancellationToken);

        await BringIntoForceAsync(source, definition, run, survey, cancellationToken);
        await _finish.FinishAsync(run, writer.Work, cancellationToken);
        await _runs.RememberContentAsync(source.Id, run, content, cancellationToken);

        var counts = await WithChannelsAsync(source, Count(survey) with
        {
            Added = writer.Added,
            Changed = writer.Changed,
            Returned = writer.Returned,
            Vanished = vanished,
            Removed = writer.Work.Expired.Count,
        }, cancellationToken);
        var message = string.Create(CultureInfo.InvariantCulture,
            $"{source.Name}: {counts.Entries} entries, {counts.Live} live; {counts.Added} added, {counts.Changed} changed, {counts.Vanished} vanished, {counts.Returned} returned.");
        var result = Result(source, ImportOutcome.Applied, message, survey);
        return result with { Counts = counts };
    }

    /// <summary>Streams that the list no longer has get a version that says since when; those past the grace period go.</summary>
    private async Task<int> MarkVanishedAsync(long run, StoredStreams stored, int[] matches, RunWork work, CancellationToken cancellationToken)
    {
        var isListed = new bool[stored.Count];
        foreach (var match in matches)
            if (match != StreamMatcher.None)
                isListed[match] = true;
        var now = time.GetUtcNow();
        var expiry = (now - settings.Current.Get(SettingsCatalog.SourceVanishedGrace)).UtcTicks;
        var vanished = new List<(long Stream, long Run)>();
        for (var i = 0; i < stored.Count; i++)
        {
            if (isListed[i])
                continue;
            if (stored.VanishedAt(i) == 0)
                vanished.Add((stored.Id(i), stored.Run(i)));
            else if (stored.VanishedAt(i) <= expiry)
                work.Expired.Add(stored.Id(i));
        }
        work.Superseded.AddRange(vanished.Select(stream => stream.Stream));
        await new Batches(database, time).ForEachAsync(vanished, connection => connection.Command(
            """
            INSERT INTO streams (id, run, source_id, ordinal, kind, name, url, headers, group_name, logo, tvg_id, tvg_name, wanted_number, radio, drm, program,
                                 key_hash, name_hash, skeleton_hash, group_hash, url_hash, content_hash, vanished_at)
            SELECT id, @run, source_id, ordinal, kind, name, url, headers, group_name, logo, tvg_id, tvg_name, wanted_number, radio, drm, program,
                   key_hash, name_hash, skeleton_hash, group_hash, url_hash, content_hash, @now
            FROM streams WHERE id = @id AND run = @old
            """, ("@run", run), ("@now", now.UtcTicks), ("@id", 0L), ("@old", 0L)), (command, stream) =>
            {
                command.Parameters[2].Value = stream.Stream;
                command.Parameters[3].Value = stream.Run;
                command.ExecuteNonQuery();
            }, cancellationToken);
        return vanished.Count;
    }

    /// <summary>The one small transaction. What identifies the content is remembered later, when all that follows is done.</summary>
    private async Task BringIntoForceAsync(Source source, SourceDefinition? definition, long run, PlaylistSurvey survey, CancellationToken cancellationToken)
    {
        var changed = await database.WriteAsync(connection =>
        {
            var rows = connection.Execute(
                """
                UPDATE sources SET current_run = @run, guide_urls = @guides, content_hash = NULL, etag = NULL, last_modified = NULL
                WHERE id = @id AND current_run = @before
                """,
                ("@run", run), ("@guides", JsonText.WriteList(survey.Summary.Header.GuideUrls)), ("@id", source.Id.Value), ("@before", source.CurrentRun));
            if (rows != 0 && definition is not null)
                SourceStore.Adopt(connection, source.Id, definition);
            return rows;
        }, cancellationToken);
        if (changed == 0)
            throw new StorageException($"The source {source.Name} was removed while it was being refreshed; nothing was taken over.");
    }

    /// <summary>Nothing new: only what has been gone for the whole grace period is deleted.</summary>
    private async Task<ImportResult> KeepAsync(Source source, CancellationToken cancellationToken)
    {
        var expired = await _finish.ReadExpiredAsync(source.Id, time.GetUtcNow() - settings.Current.Get(SettingsCatalog.SourceVanishedGrace), cancellationToken);
        await _finish.ExpireAsync(expired, cancellationToken);
        var last = await _runs.ReadLastCountsAsync(source.Id, cancellationToken);
        var counts = await WithChannelsAsync(source, last with { Removed = expired.Count }, cancellationToken);
        return new ImportResult(source.Id, source.Name, ImportOutcome.Unchanged, $"{source.Name}: the playlist is unchanged.", counts, [], []);
    }

    private Task<ImportCounts> WithChannelsAsync(Source source, ImportCounts counts, CancellationToken cancellationToken) => database.ReadAsync(connection => counts with
    {
        Channels = (int)connection.Number("SELECT COUNT(*) FROM channels WHERE source_id = @id", ("@id", source.Id.Value)),
        EnabledChannels = (int)connection.Number("SELECT COUNT(*) FROM channels WHERE source_id = @id AND enabled = 1", ("@id", source.Id.Value)),
    }, cancellationToken);

    private static ImportCounts Count(PlaylistSurvey survey) => new()
    {
        Entries = survey.Summary.Entries,
        Live = survey.Live,
        Films = survey.Films,
        Series = survey.Series,
        NoStream = survey.NoStream,
        Skipped = survey.Summary.WithoutAddress + survey.Summary.TooLong + survey.Summary.StrayLines,
    };

    private static ImportResult Result(Source source, ImportOutcome outcome, string message, PlaylistSurvey survey) => new(
        source.Id, source.Name, outcome, message, Count(survey), survey.Groups(new GroupChoice(source.Groups)), survey.Summary.Header.GuideUrls);

    private static ImportResult Fail(Source source, string message) => Fail(source.Id, source.Name, message);

    private static ImportResult Fail(SourceId id, string name, string message) => new(id, name, ImportOutcome.Failed, message, new ImportCounts(), [], []);

    private static string Describe(Source source) => Describe(source.Location);

    private static string Describe(string location) => Source.IsHttpLocation(location) ? new SourceUrl(location).ToString() : location == Source.StandardInput ? "stdin" : location;

    /// <summary>An import of a quarter of a million entries leaves a large heap that idling would never give back.</summary>
    private static void ReleaseMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
