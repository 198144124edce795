using System.CommandLine;
using PlexBridge.Settings;
using PlexBridge.Sources;
using PlexBridge.Storage;

namespace PlexBridge.Cli;

internal static class ImportVerb
{
    public static Command Build(CommandLine line)
    {
        var playlist = new Argument<string>("PLAYLIST") { Description = "Address or file of an M3U playlist; - reads it from stdin." };
        var name = new Option<string?>("--name") { Description = "What to call the source. Importing under the same name refreshes it.", HelpName = "TEXT" };
        var userAgent = new Option<string?>("--user-agent") { Description = "Sent with the playlist's and its streams' requests.", HelpName = "TEXT" };
        var groups = new Option<string?>("--groups") { Description = "Takes only these groups, separated by commas.", HelpName = "A,B" };
        var merge = new Option<string?>("--merge")
        {
            Description = "Makes entries that share the guide id (tvg-id) or the name one channel with backups, in the playlist's order.",
        };
        merge.AcceptOnlyFromAmong("tvg-id", "name");
        var guide = new Option<string?>("--with-guide")
        {
            Description = "Adds the guide addresses of the playlist's header: those numbered N,M, or at most five.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "N,…",
        };
        guide.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && ReadNumbers(result.Tokens[0].Value) is null)
                result.AddError($"--with-guide '{result.Tokens[0].Value}' is not valid: write numbers of the list, such as 1,3.");
        });
        var force = new Option<bool>("--force") { Description = "Applies it even if the source would lose most of its channels." };

        var import = new Command("import", "Takes an M3U playlist in, or refreshes one taken in before, and prints what came of it.")
        {
            playlist, name, userAgent, groups, merge, guide, force,
        };
        line.Teach(import,
            """
            What comes of it: entries, channels, groups with counts, guide addresses. Works beside a running appliance, which
            takes it up at once.

              plexbridge import https://example.org/get.php?type=m3u_plus --name Example
              plexbridge import list.m3u --groups "News,Sport"
              curl -s https://example.org/list.m3u | plexbridge import - --name Example

            """);
        import.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            var definition = new SourceDefinition(
                verb.Get(playlist)!,
                verb.Get(name),
                verb.Get(userAgent),
                verb.Get(groups)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                verb.Get(merge) switch { "tvg-id" => SourceMerge.ByGuideId, "name" => SourceMerge.ByName, _ => null });
            await using var input = definition.Location == Source.StandardInput ? verb.Terminal.OpenInput() : null;
            await using var database = await verb.OpenAsync(cancellationToken);
            var run = await OpenRunAsync(verb, database, cancellationToken);
            var result = await run.ImportAsync(definition, verb.Get(force), input, cancellationToken);
            await verb.AnnounceChangeAsync(cancellationToken);
            await ImportReport.WriteAsync(verb, [result]);
            if (verb.IsGiven(guide) && result.GuideUrls.Count > 0)
                await verb.Terminal.Error.WriteLineAsync("This version takes no guides in yet; their addresses are kept with the source.");
            return result.IsGood ? ExitCode.Done : ExitCode.Failed;
        }));
        return import;
    }

    /// <summary>A run under the settings in force.</summary>
    public static async Task<PlaylistImport> OpenRunAsync(VerbRun verb, Database database, CancellationToken cancellationToken)
    {
        var settings = (await verb.Settings.ReadAsync(new SettingsStore(database), cancellationToken)).Require();
        return new PlaylistImport(database, new SettingsHolder(settings), TimeProvider.System);
    }

    private static int[]? ReadNumbers(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], System.Globalization.CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] < 1)
                return null;
        return numbers;
    }
}
