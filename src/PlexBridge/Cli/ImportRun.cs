using System.Globalization;
using PlexBridge.Settings;
using PlexBridge.Sources;
using PlexBridge.Storage;

namespace PlexBridge.Cli;

/// <summary>What `import` and `sources refresh` do, and how they tell what came of it.</summary>
internal static class ImportRun
{
    private const int MostGroupsShown = 25;
    private const int MostGuidesShown = 10;

    /// <summary>Adds or refreshes the source of that definition.</summary>
    public static async Task<int> ImportAsync(SourceDefinition definition, bool isForced, VerbRun verb, CancellationToken cancellationToken)
    {
        await using var database = await verb.OpenAsync(cancellationToken);
        var import = await MakeAsync(database, verb, cancellationToken);
        await using var input = definition.Location == Source.StandardInput ? verb.Terminal.OpenInput() : null;
        return await ConcludeAsync([await import.ImportAsync(definition, isForced, input, cancellationToken)], verb, cancellationToken);
    }

    /// <summary>Refreshes the source of that name or id; every one that can be fetched where it is null.</summary>
    public static async Task<int> RefreshAsync(string? nameOrId, bool isForced, VerbRun verb, CancellationToken cancellationToken)
    {
        await using var database = await verb.OpenAsync(cancellationToken);
        var store = new SourceStore(database, TimeProvider.System);
        IReadOnlyList<Source> sources;
        if (nameOrId is null)
            sources = await store.ReadRefreshableAsync(cancellationToken);
        else if (await store.FindAsync(nameOrId, cancellationToken) is { } found)
            sources = [found];
        else
            return await verb.FailAsync($"There is no source “{nameOrId}”. `plexbridge sources` lists them.");
        if (sources.Count == 0)
            return await verb.FailAsync("There is no source to refresh. Add one with: plexbridge import URL-OR-FILE");
        if (nameOrId is not null && sources[0].Location == Source.StandardInput)
            return await verb.FailAsync($"“{sources[0].Name}” came in by stdin and can't be fetched again. Pipe it in: plexbridge import - --name {sources[0].Name}");

        var import = await MakeAsync(database, verb, cancellationToken);
        var results = new List<ImportResult>();
        foreach (var source in sources)
            if (await import.RefreshAsync(source.Id, isForced, cancellationToken) is { } result)
                results.Add(result);
        return await ConcludeAsync(results, verb, cancellationToken);
    }

    private static async Task<PlaylistImport> MakeAsync(Database database, VerbRun verb, CancellationToken cancellationToken)
    {
        var settings = (await verb.Settings.ReadAsync(new SettingsStore(database), cancellationToken)).Require();
        return new PlaylistImport(database, new SettingsHolder(settings), TimeProvider.System);
    }

    private static async Task<int> ConcludeAsync(IReadOnlyList<ImportResult> results, VerbRun verb, CancellationToken cancellationToken)
    {
        await verb.AnnounceChangeAsync(cancellationToken);
        if (verb.WantsJson)
            await verb.WriteJsonAsync([.. results.Select(ImportAnswer.Of)], CliJson.Default.IReadOnlyListImportAnswer);
        var isGood = true;
        foreach (var result in results)
        {
            isGood &= result.IsGood;
            if (!result.IsGood)
                await verb.FailAsync($"{result.SourceName}: {result.Message}");
            else if (!verb.WantsJson)
                await SayAsync(result, verb);
        }

        return isGood ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task SayAsync(ImportResult result, VerbRun verb)
    {
        var counts = result.Counts;
        await verb.SayAsync(result.Outcome == ImportOutcome.Unchanged
            ? $"{result.SourceName}: nothing has changed since the last import."
            : $"{result.SourceName}: {Count(counts.Entries, "entry", "entries")}, {Count(counts.Channels, "channel")}, {Invariant(counts.EnabledChannels)} of them enabled.");
        if (result.Outcome == ImportOutcome.Unchanged)
            return;
        await verb.SayAsync($"  new {Invariant(counts.Added)}, changed {Invariant(counts.Changed)}, vanished {Invariant(counts.Vanished)}, back again {Invariant(counts.Returned)}");
        if (counts.Films + counts.Series + counts.NoStream + counts.Skipped > 0)
            await verb.SayAsync(
                $"  no channels: {Count(counts.Films, "film")}, {Invariant(counts.Series)} series, {Invariant(counts.NoStream)} without a stream address, {Invariant(counts.Skipped)} unreadable");

        await verb.SayAsync($"  {Count(result.Groups.Count, "group")}:");
        foreach (var group in result.Groups.OrderByDescending(group => group.Entries).Take(MostGroupsShown))
            await verb.SayAsync($"    {Invariant(group.Entries),7}  {(group.Name.Length == 0 ? "(no group)" : group.Name)}{(group.IsChosen ? "" : "  (not chosen)")}");
        if (result.Groups.Count > MostGroupsShown)
            await verb.SayAsync($"             and {Invariant(result.Groups.Count - MostGroupsShown)} more; --json lists all");

        if (result.GuideUrls.Count == 0)
            return;
        await verb.SayAsync($"  {Count(result.GuideUrls.Count, "guide address", "guide addresses")} in the list's header (guides can't be imported yet):");
        foreach (var guide in result.GuideUrls.Take(MostGuidesShown))
            await verb.SayAsync($"    {new PlexBridge.Streaming.Outbound.SourceUrl(guide)}");
    }

    private static string Count(int count, string one, string? many = null) => $"{Invariant(count)} {(count == 1 ? one : many ?? one + "s")}";

    private static string Invariant(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>What `import --json` and `sources refresh --json` print for each source.</summary>
internal sealed record ImportAnswer(
    string Source, string Outcome, string Message, ImportCounts Counts, IReadOnlyList<ImportGroup> Groups, int GuideAddresses)
{
    public static ImportAnswer Of(ImportResult result) => new(
        result.SourceName, result.Outcome.ToString().ToLowerInvariant(), result.Message, result.Counts, result.Groups, result.GuideUrls.Count);
}
