using PlexBridge.Channels;
using PlexBridge.Settings;
using PlexBridge.Storage;

namespace PlexBridge.Cli.Checks;

/// <summary>Whether the database is sound, the settings are valid and the lineup fits its limit.</summary>
internal static class DatabaseCheck
{
    public static async Task<(IReadOnlyList<CheckLine> Lines, SettingsSnapshot Settings)> RunAsync(
        DataFolder folder, SettingsSources sources, CancellationToken cancellationToken)
    {
        var lines = new List<CheckLine>();
        if (!File.Exists(folder.DatabasePath))
        {
            lines.Add(CheckLine.Ok("database", "none yet"));
            return (lines, await CheckSettingsAsync(sources, null, lines, cancellationToken));
        }

        try
        {
            await using var database = await Database.OpenAsync(folder, cancellationToken: cancellationToken);
            var findings = await database.CheckIntegrityAsync(cancellationToken);
            lines.Add(findings.Count == 0
                ? CheckLine.Ok("database", $"{folder.DatabasePath} is sound")
                : CheckLine.Fail("database", $"{folder.DatabasePath} is damaged ({findings[0]}). " +
                    $"Stop the appliance, move the file away and put the newest copy of {folder.BackupsFolder} in its place."));
            var settings = await CheckSettingsAsync(sources, new SettingsStore(database), lines, cancellationToken);
            if (findings.Count == 0) lines.Add(await CheckLineupAsync(database, settings, cancellationToken));
            return (lines, settings);
        }
        catch (StorageException fault)
        {
            lines.Add(CheckLine.Fail("database", fault.Message));
            return (lines, await CheckSettingsAsync(sources, null, lines, cancellationToken));
        }
    }

    private static async Task<SettingsSnapshot> CheckSettingsAsync(
        SettingsSources sources, SettingsStore? store, List<CheckLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            var reading = await sources.ReadAsync(store, cancellationToken);
            lines.AddRange(reading.Problems.Select(problem => CheckLine.Fail("settings", problem.ToString())));
            lines.AddRange(reading.Warnings.Select(warning => CheckLine.Warn("settings", warning)));
            if (reading.Problems.Count == 0)
                lines.Add(CheckLine.Ok("settings", $"{reading.Snapshot.Values.Count(value => value.Origin != SettingOrigin.Default)} of {SettingsCatalog.All.Count} set, all valid"));
            return reading.Snapshot;
        }
        catch (SettingsException fault)
        {
            lines.Add(CheckLine.Fail("settings", fault.Message));
            return SettingsSnapshot.Defaults;
        }
    }

    private static async Task<CheckLine> CheckLineupAsync(Database database, SettingsSnapshot settings, CancellationToken cancellationToken)
    {
        var lineup = await new ChannelStore(database).ReadLineupAsync(settings.Get(SettingsCatalog.LineupLimit), cancellationToken);
        if (lineup.EnabledCount == 0)
            return CheckLine.Warn("lineup", "No channel is enabled yet. Take a playlist in: plexbridge import URL-OR-FILE");
        return lineup.Omitted == 0
            ? CheckLine.Ok("lineup", $"{lineup.EnabledCount} channels")
            : CheckLine.Warn("lineup",
                $"{lineup.EnabledCount} channels are enabled but only the first {lineup.Limit} by number are published (lineup.limit). Choose groups: " +
                "plexbridge channels set --all --enabled false, then plexbridge channels set --group NAME --enabled true; or import with --groups.");
    }
}
