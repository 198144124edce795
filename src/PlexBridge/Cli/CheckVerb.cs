using System.CommandLine;
using PlexBridge.Cli.Checks;
using PlexBridge.Settings;
using PlexBridge.Storage;

namespace PlexBridge.Cli;

internal static class CheckVerb
{
    public static Command Build(CommandLine line)
    {
        var check = new Command("check", "Says how everything the appliance needs stands, a line each: ok, warn or fail.");
        line.Teach(check,
            """
            Looks at the data folder, database, settings, lineup, ports, ffmpeg, network, clock and zone data. The exit code is 1 if
            anything would keep the appliance from running. Safe beside a running one.

            """);
        check.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            FolderOwner.TakeOn(verb.Folder);
            var lines = await RunAsync(verb, cancellationToken);
            if (verb.WantsJson)
                await verb.WriteJsonAsync<IReadOnlyList<CheckAnswer>>(
                    [.. lines.Select(found => new CheckAnswer(found.StatusWord, found.Subject, found.Text))], CliJson.Default.IReadOnlyListCheckAnswer);
            else
                foreach (var found in lines)
                    await verb.SayAsync($"{found.StatusWord,-4}  {found.Subject}: {found.Text}");
            return lines.Any(found => found.Status == CheckStatus.Fail) ? ExitCode.Failed : ExitCode.Done;
        }));
        return check;
    }

    private static async Task<List<CheckLine>> RunAsync(VerbRun verb, CancellationToken cancellationToken)
    {
        var lines = new List<CheckLine>(DataFolderCheck.Run(verb.Folder));
        var (findings, settings) = await DatabaseCheck.RunAsync(verb.Folder, verb.Settings, cancellationToken);
        lines.AddRange(findings);
        var isRunning = await ControlClient.IsAppliancePresentAsync(verb.Folder, cancellationToken);
        lines.AddRange(PortCheck.Run(settings.Get(SettingsCatalog.Listen), isRunning));
        lines.Add(await FfmpegCheck.RunAsync(settings.Get(SettingsCatalog.FfmpegPath), TimeProvider.System, cancellationToken));
        lines.AddRange(MachineCheck.Run(verb.Folder, TimeProvider.System));
        return lines;
    }
}
