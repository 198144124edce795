using System.CommandLine;
using System.Text;
using PlexBridge.Sources;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Cli;

internal static class ImportVerb
{
    private const string AllGroups = "all";
    private const string NoMerging = "none";

    public static Command Build(CommandLine line)
    {
        var playlist = new Argument<string>("PLAYLIST") { Description = "Address or file of an M3U playlist; - reads it from stdin." };
        var name = new Option<string?>("--name") { Description = "What to call the source. Importing under the same name refreshes it.", HelpName = "TEXT" };
        var userAgent = new Option<string?>("--user-agent") { Description = "Sent with the playlist's and its streams' requests.", HelpName = "TEXT" };
        var groups = new Option<string?>("--groups") { Description = "Makes channels of these groups only, separated by commas; all takes all groups again.", HelpName = "A,B" };
        var merge = new Option<string?>("--merge")
        {
            Description = "Makes entries that share the guide id (tvg-id) or the name one channel with backups, in the playlist's order; none gives each a channel again.",
        };
        merge.AcceptOnlyFromAmong("tvg-id", "name", NoMerging);
        var force = new Option<bool>("--force") { Description = "Applies it even if the source would lose most of its channels, or has none of the chosen groups." };

        var import = new Command("import",
            """
            Takes an M3U playlist in, or refreshes one that was taken in before, and prints what came of it: entries,
            channels, groups with counts, guide addresses. Works beside a running appliance, which takes it up at once.
            """)
        {
            playlist, name, userAgent, groups, merge, force,
        };
        import.Validators.Add(result =>
        {
            if (result.GetResult(playlist) is { Tokens.Count: > 0 } && string.IsNullOrWhiteSpace(result.GetValue(playlist)))
                result.AddError("PLAYLIST is empty: give the address or the file of an M3U playlist, or - for stdin.");
            if (result.GetValue(userAgent) is { } agent && (!RequestHeaders.IsSendable("User-Agent", agent) || !Ascii.IsValid(agent) || agent.Any(char.IsControl)))
                result.AddError("--user-agent can't be sent: write it in plain ASCII letters, digits and signs, on one line.");
        });
        line.Teach(import,
            """
              plexbridge import https://example.org/get.php?type=m3u_plus --name Example
              plexbridge import list.m3u --groups "News,Sport"
              curl -s https://example.org/list.m3u | plexbridge import - --name Example

            """);
        import.SetAction(line.Action((verb, cancellationToken) => ImportRun.ImportAsync(
            new SourceDefinition(
                verb.Get(playlist)!,
                verb.Get(name)?.Trim(),
                verb.Get(userAgent),
                ReadGroups(verb.Get(groups)),
                verb.Get(merge) switch { "tvg-id" => SourceMerge.ByGuideId, "name" => SourceMerge.ByName, NoMerging => SourceMerge.None, _ => null }),
            verb.Get(force),
            verb,
            cancellationToken)));
        return import;
    }

    /// <summary>Null: nothing is said; empty: all.</summary>
    private static string[]? ReadGroups(string? text) =>
        text?.Trim() == AllGroups ? [] : text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
