namespace PlexBridge.Settings;

/// <summary>The values one origin gives, as written. Keys as in the catalog; a file may bring unknown ones.</summary>
/// <param name="Place">For people: the file's path, "the settings page"; null where each key has a place of its own.</param>
internal sealed record SettingsLayer(SettingOrigin Origin, string? Place, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>For people: where a key's value stands.</summary>
    public string PlaceOf(Setting setting) => Origin switch
    {
        SettingOrigin.Environment => setting.EnvironmentName,
        SettingOrigin.CommandLine => "--" + setting.Key.Replace('.', '-'),
        _ => Place ?? Origin.ToString(),
    };
}
