using System.CommandLine;

namespace PlexBridge.Cli;

/// <summary>What `import` was asked for.</summary>
/// <param name="Playlist">A URL, a file's path, or "-" for stdin.</param>
/// <param name="Groups">Only these; null: all, or what the source was imported with before.</param>
/// <param name="Merge">"tvg-id", "name" or null.</param>
/// <param name="GuideChoice">Null: guide addresses are listed only. Empty: at most five are added. Else their numbers in the list, from 1.</param>
/// <param name="IsForced">Apply it even where it loses more than source.shrink allows.</param>
internal sealed record ImportOptions(
    string Playlist,
    string? Name,
    string? UserAgent,
    IReadOnlyList<string>? Groups,
    string? Merge,
    IReadOnlyList<int>? GuideChoice,
    bool IsForced);

internal static class ImportVerb
{
    public static Command Build(CommandLine line, VerbSeams seams)
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
        import.SetAction(line.Action((verb, cancellationToken) => seams.ImportAsync(
            new ImportOptions(
                verb.Get(playlist)!,
                verb.Get(name),
                verb.Get(userAgent),
                verb.Get(groups)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                verb.Get(merge),
                verb.IsGiven(guide) ? ReadNumbers(verb.Get(guide) ?? "") : null,
                verb.Get(force)),
            verb,
            cancellationToken)));
        return import;
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
