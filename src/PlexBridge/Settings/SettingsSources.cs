using PlexBridge.Storage;

namespace PlexBridge.Settings;

/// <summary>All places settings come from, for one run of the program.</summary>
/// <param name="folder">Its plexbridge.json is stronger than the one in <paramref name="systemFolder"/>.</param>
/// <param name="commandLine">By the setting's key.</param>
/// <param name="environment">All of the process's variables.</param>
internal sealed class SettingsSources(
    DataFolder folder,
    IReadOnlyDictionary<string, string> commandLine,
    IReadOnlyDictionary<string, string> environment,
    string systemFolder = "/etc/plexbridge")
{
    /// <summary>Reads all layers anew.</summary>
    /// <param name="store">Null leaves the database out: before it can be opened.</param>
    public async Task<SettingsReading> ReadAsync(
        SettingsStore? store, CancellationToken cancellationToken, SettingsSnapshot? previous = null)
    {
        var layers = new List<SettingsLayer>
        {
            new(SettingOrigin.CommandLine, null, commandLine),
            SettingsLayers.FromEnvironment(environment),
            SettingsLayers.FromFile(folder.SettingsPath),
            SettingsLayers.FromFile(Path.Combine(systemFolder, "plexbridge.json")),
        };
        if (store is not null) layers.Add(await store.ReadAsync(cancellationToken));
        return SettingsReading.Of(layers, previous);
    }

    /// <summary>Takes changes up at run time: what is refused keeps its old value and is returned for the log.</summary>
    public async Task<SettingsReading> ReloadAsync(SettingsStore store, SettingsHolder holder, CancellationToken cancellationToken)
    {
        var reading = await ReadAsync(store, cancellationToken, holder.Current);
        holder.Replace(reading.Snapshot);
        return reading;
    }
}
