using PlexBridge.Sources;

namespace PlexBridge.Cli;

/// <summary>Prints what runs came to: for people with groups and guide addresses, for scripts as JSON.</summary>
internal static class ImportReport
{
    public static async Task WriteAsync(VerbRun verb, IReadOnlyList<ImportResult> results)
    {
        if (verb.WantsJson)
            await verb.WriteJsonAsync<IReadOnlyList<ImportAnswer>>([.. results.Select(Answer)], CliJson.Default.IReadOnlyListImportAnswer);
        foreach (var result in results)
            if (!result.IsGood)
                await verb.Terminal.Error.WriteLineAsync(result.Message);
            else if (!verb.WantsJson)
                await WriteAsync(verb, result);
    }

    private static async Task WriteAsync(VerbRun verb, ImportResult result)
    {
        var counts = result.Counts;
        await verb.SayAsync($"{result.SourceName}: {result.Message}");
        await verb.SayAsync($"  {counts.Entries} entries: {counts.Live} live, {counts.Films} films, {counts.Series} series, {counts.NoStream} no stream, {counts.Skipped} skipped");
        await verb.SayAsync($"  {counts.Channels} channels, {counts.EnabledChannels} enabled: {counts.Added} added, {counts.Changed} changed, {counts.Vanished} vanished, {counts.Returned} returned, {counts.Removed} removed");
        if (result.Groups.Count > 0)
        {
            await verb.SayAsync("  groups:");
            foreach (var group in result.Groups)
                await verb.SayAsync($"  {group.Entries,8}  {(group.Name.Length == 0 ? "(none)" : group.Name)}{(group.IsChosen ? "" : "  (not chosen)")}");
        }

        if (result.GuideUrls.Count > 0) await verb.SayAsync("  guide addresses in its header:");
        for (var i = 0; i < result.GuideUrls.Count; i++) await verb.SayAsync($"  {i + 1,8}  {result.GuideUrls[i]}");
    }

    private static ImportAnswer Answer(ImportResult result) => new(
        result.Source.Value, result.SourceName,
        result.Outcome switch
        {
            ImportOutcome.Applied => "applied",
            ImportOutcome.Unchanged => "unchanged",
            ImportOutcome.Refused => "refused",
            _ => "failed",
        },
        result.Message,
        result.Counts.Entries, result.Counts.Live, result.Counts.Films, result.Counts.Series, result.Counts.NoStream, result.Counts.Skipped,
        result.Counts.Channels, result.Counts.EnabledChannels, result.Counts.Added, result.Counts.Changed, result.Counts.Vanished,
        result.Counts.Returned, result.Counts.Removed,
        [.. result.Groups.Select(group => new ImportGroupAnswer(group.Name, group.Entries, group.IsChosen))],
        result.GuideUrls);
}
