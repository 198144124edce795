using System.CommandLine;
using PlexBridge.Sources;

namespace PlexBridge.Cli;

internal static class ImportVerb
{
    public static Command Build(CommandLine line)
    {
        var playlist = new Argument<string>("PLAYLIST") { Description = "Address or file of an M3U playlist; - reads it from stdin." };
        var name = new Option<string?>("--name") { Description = "What to call the source. Importing under the same name refreshes it.", HelpName = "TEXT" };
        var userAgent = new Option<string?>("--user-agent") { Description = "Sent with the playlist's and its streams' requests.", HelpName = "TEXT" };
        var groups = new Option<string?>("--groups") { Description = "Makes channels of these groups only, separated by commas.", HelpName = "A,B" };
        var merge = new Option<string?>("--merge")
        {
            Description = "Makes entries that share the guide id (tvg-id) or the name one channel with backups, in the playlist's order.",
        };
        merge.AcceptOnlyFromAmong("tvg-id", "name");
        var force = new Option<bool>("--force") { Description = "Applies it even if the source would lose most of its channels." };

        var import = new Command("import",
            """
            Takes an M3U playlist in, or refreshes one that was taken in before, and prints what came of it: entries,
            channels, groups with counts, guide addresses. Works beside a running appliance, which takes it up at once.
            """)
        {
            playlist, name, userAgent, groups, merge, force,
        };
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
                verb.Get(groups)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                verb.Get(merge) switch { "tvg-id" => SourceMerge.ByGuideId, "name" => SourceMerge.ByName, _ => null }),
            verb.Get(force),
            verb,
            cancellationToken)));
        return import;
    }
}
