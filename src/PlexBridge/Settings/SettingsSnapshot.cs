namespace PlexBridge.Settings;

/// <summary>Where a value comes from, strongest last.</summary>
internal enum SettingOrigin
{
    Default,
    Database,
    File,
    Environment,
    CommandLine,
}

/// <summary>One setting's value in force.</summary>
/// <param name="Text">As it would be written.</param>
/// <param name="Place">For people: "default", "settings page", the file's path, the variable's or option's name.</param>
internal sealed record SettingValue(Setting Setting, object? Value, string Text, SettingOrigin Origin, string Place)
{
    /// <summary>The settings page and `settings set` can't change what something stronger fixes.</summary>
    public bool IsLocked => Origin > SettingOrigin.Database;
}

/// <summary>All settings at one moment. Immutable.</summary>
internal sealed class SettingsSnapshot
{
    private readonly Dictionary<Setting, SettingValue> _values;

    public SettingsSnapshot(IEnumerable<SettingValue> values) => _values = values.ToDictionary(value => value.Setting);

    /// <summary>Nothing but defaults.</summary>
    public static SettingsSnapshot Defaults { get; } = new([]);

    /// <summary>In the order of the catalog.</summary>
    public IEnumerable<SettingValue> Values => SettingsCatalog.All.Select(Find);

    public T Get<T>(Setting<T> setting) => _values.TryGetValue(setting, out var value) ? (T)value.Value! : setting.Default;

    /// <summary>The value together with its origin.</summary>
    public SettingValue Find(Setting setting) => _values.TryGetValue(setting, out var value)
        ? value
        : new SettingValue(setting, setting.DefaultValue, setting.DefaultText, SettingOrigin.Default, "default");

    public bool SaysTheSameAs(SettingsSnapshot other) =>
        SettingsCatalog.All.All(setting => Find(setting) is var mine && other.Find(setting) is var theirs
            && mine.Text == theirs.Text && mine.Origin == theirs.Origin);
}
