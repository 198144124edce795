using System.Diagnostics.CodeAnalysis;

namespace PlexBridge.Settings;

/// <summary>A setting without its type: what lists, files and the environment need to know.</summary>
internal abstract class Setting(string key, string help, string unit)
{
    /// <summary>As written everywhere: "lineup.limit".</summary>
    public string Key { get; } = key;

    /// <summary>One line for people.</summary>
    public string Help { get; } = help;

    /// <summary>What a value looks like: "30s", "1-255", "on|off".</summary>
    public string Unit { get; } = unit;

    /// <summary>The name in the environment: PLEXBRIDGE_LINEUP_LIMIT.</summary>
    public string EnvironmentName => "PLEXBRIDGE_" + Key.Replace('.', '_').ToUpperInvariant();

    public abstract object? DefaultValue { get; }

    /// <summary>The default as it would be written in a file.</summary>
    public abstract string DefaultText { get; }

    /// <summary>Understands a written value, or says in half a sentence what would be right.</summary>
    public abstract bool TryRead(string text, out object? value, [NotNullWhen(false)] out string? remedy);

    /// <summary>A value as it would be written in a file.</summary>
    public abstract string Write(object? value);
}

/// <summary>One typed key of the catalog.</summary>
internal sealed class Setting<T>(string key, T defaultValue, SettingFormat<T> format, string help) : Setting(key, help, format.Unit)
{
    public T Default { get; } = defaultValue;

    public override object? DefaultValue => Default;

    public override string DefaultText => format.Write(Default);

    public override bool TryRead(string text, out object? value, [NotNullWhen(false)] out string? remedy)
    {
        var isRead = format.TryRead(text.Trim(), out var typed);
        value = typed;
        remedy = isRead ? null : format.Remedy;
        return isRead;
    }

    public override string Write(object? value) => format.Write((T)value!);
}
