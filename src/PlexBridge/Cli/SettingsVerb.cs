using System.CommandLine;
using PlexBridge.Settings;

namespace PlexBridge.Cli;

internal static class SettingsVerb
{
    // What `settings set KEY default` means; no setting has it as a value.
    private const string DefaultWord = "default";

    public static Command Build(CommandLine line)
    {
        var settings = new Command("settings", "Shows and changes settings.")
        {
            BuildList(line), BuildGet(line), BuildSet(line),
        };
        line.Teach(settings,
            """
            Strongest first, values come from the command line, the environment (PLEXBRIDGE_LINEUP_LIMIT for lineup.limit),
            plexbridge.json in the data folder or /etc/plexbridge ({"lineup":{"limit":480}}), the settings page, defaults.

            """);
        settings.SetAction(line.Action(ListAsync));
        return settings;
    }

    private static Command BuildList(CommandLine line)
    {
        var list = new Command("list", "Lists every setting with its value and where that comes from.");
        list.SetAction(line.Action(ListAsync));
        return list;
    }

    private static Command BuildGet(CommandLine line)
    {
        var key = KeyArgument();
        var get = new Command("get", "Prints one setting's value.") { key };
        get.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            if (SettingsCatalog.Find(verb.Get(key)!) is not { } setting) return await FailUnknownAsync(verb, verb.Get(key)!);
            var value = (await ReadAsync(verb, cancellationToken)).Find(setting);
            if (verb.WantsJson) await verb.WriteJsonAsync(Answer(value), CliJson.Default.SettingAnswer);
            else await verb.SayAsync(value.Text);
            return ExitCode.Done;
        }));
        return get;
    }

    private static Command BuildSet(CommandLine line)
    {
        var key = KeyArgument();
        var text = new Argument<string>("VALUE") { Description = "The new value; 'default' goes back to the default." };
        var set = new Command("set", "Changes one setting.")
        {
            key, text,
        };
        line.Teach(set,
            """
            A running appliance takes it up at once (listen at its next start).

              plexbridge settings set lineup.limit 480
              plexbridge settings set source.interval 6h
              plexbridge settings set network.allowed private,203.0.113.0/24

            """);
        set.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            if (SettingsCatalog.Find(verb.Get(key)!) is not { } setting) return await FailUnknownAsync(verb, verb.Get(key)!);
            await using var database = await verb.OpenAsync(cancellationToken);
            var store = new SettingsStore(database);
            if (verb.Get(text) == DefaultWord) await store.ForgetAsync(setting, cancellationToken);
            else if (await store.WriteAsync(setting, verb.Get(text)!, cancellationToken) is { } problem)
                return await verb.FailAsync($"{setting.Key} can't be '{problem.Text}': write {problem.Remedy}. The old value stays.");
            await verb.AnnounceChangeAsync(cancellationToken);

            var reading = await verb.Settings.ReadAsync(store, cancellationToken);
            var value = reading.Snapshot.Find(setting);
            if (value.IsLocked)
                await verb.Terminal.Error.WriteLineAsync($"Stored, but {value.Place} fixes {setting.Key} to {value.Text} and is stronger.");
            if (verb.WantsJson) await verb.WriteJsonAsync(Answer(value), CliJson.Default.SettingAnswer);
            else await verb.SayAsync($"{setting.Key} = {value.Text}");
            return ExitCode.Done;
        }));
        return set;
    }

    private static async Task<int> ListAsync(VerbRun verb, CancellationToken cancellationToken)
    {
        var snapshot = await ReadAsync(verb, cancellationToken);
        if (verb.WantsJson)
        {
            await verb.WriteJsonAsync<IReadOnlyList<SettingAnswer>>([.. snapshot.Values.Select(Answer)], CliJson.Default.IReadOnlyListSettingAnswer);
            return ExitCode.Done;
        }

        var table = new Table("KEY", "VALUE", "FROM", "TAKES", "MEANING");
        foreach (var value in snapshot.Values)
            table.Add(value.Setting.Key, value.Text.Length == 0 ? "-" : value.Text, value.Place, value.Setting.Unit, value.Setting.Help);
        await table.WriteAsync(verb.Terminal.Output);
        return ExitCode.Done;
    }

    /// <summary>What is invalid is named on stderr and shown with the value below it, so that it can be set right.</summary>
    private static async Task<SettingsSnapshot> ReadAsync(VerbRun verb, CancellationToken cancellationToken)
    {
        await using var database = await verb.OpenAsync(cancellationToken);
        var reading = await verb.Settings.ReadAsync(new SettingsStore(database), cancellationToken);
        foreach (var problem in reading.Problems) await verb.Terminal.Error.WriteLineAsync(problem.ToString());
        foreach (var warning in reading.Warnings) await verb.Terminal.Error.WriteLineAsync(warning);
        return reading.Snapshot;
    }

    private static Argument<string> KeyArgument() => new("KEY") { Description = "The setting's key, as `settings list` has it." };

    private static Task<int> FailUnknownAsync(VerbRun verb, string key)
    {
        var remedy = Suggestion.For(key, SettingsCatalog.All.Select(setting => setting.Key)) is { } similar
            ? $"Did you mean {similar}?"
            : "`plexbridge settings list` shows them all.";
        return verb.FailAsync($"There is no setting {key}. {remedy}");
    }

    private static SettingAnswer Answer(SettingValue value) => new(
        value.Setting.Key,
        value.Text,
        value.Origin switch
        {
            SettingOrigin.CommandLine => "commandLine",
            SettingOrigin.Environment => "environment",
            SettingOrigin.File => "file",
            SettingOrigin.Database => "database",
            _ => "default",
        },
        value.Place,
        value.IsLocked,
        value.Setting.DefaultText,
        value.Setting.Unit,
        value.Setting.EnvironmentName,
        value.Setting.Help);
}
