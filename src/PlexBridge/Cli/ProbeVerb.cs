using System.CommandLine;
using PlexBridge.Settings;

namespace PlexBridge.Cli;

internal static class ProbeVerb
{
    public static Command Build(CommandLine line, VerbSeams seams)
    {
        var url = new Argument<string>("URL") { Description = "The stream's address, as a playlist would have it." };
        var userAgent = new Option<string?>("--user-agent") { Description = "What to call ourselves; some sources let in only players they know.", HelpName = "TEXT" };
        var probe = new Command("probe", "Opens a stream as the relay would and says what it is.") { url, userAgent };
        line.Teach(probe,
            """
            Prints protocol, container, programmes, codecs, bitrate and the time to the first keyframe. Use it when a channel doesn't
            play: what probe can't open, the tuner can't either.

            """);
        probe.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            var settings = await ReadSettingsAsync(verb, cancellationToken);
            return await seams.ProbeAsync(
                new ProbeOptions(verb.Get(url)!, verb.Get(userAgent), settings, verb.WantsJson, verb.Terminal), cancellationToken);
        }));
        return probe;
    }

    /// <summary>With what is set in the database, where there is one: a probe alone doesn't make a data folder.</summary>
    private static async Task<SettingsSnapshot> ReadSettingsAsync(VerbRun verb, CancellationToken cancellationToken)
    {
        if (!File.Exists(verb.Folder.DatabasePath))
            return (await verb.Settings.ReadAsync(store: null, cancellationToken)).Require();
        await using var database = await verb.OpenAsync(cancellationToken);
        return (await verb.Settings.ReadAsync(new SettingsStore(database), cancellationToken)).Require();
    }
}
