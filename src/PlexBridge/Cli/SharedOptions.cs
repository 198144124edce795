using System.CommandLine;
using PlexBridge.Settings;

namespace PlexBridge.Cli;

/// <summary>The options every verb takes, and the ones of `serve` that are settings.</summary>
internal sealed class SharedOptions
{
    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The data folder. Default: $PLEXBRIDGE_DATA, else systemd's state directory, else ~/.local/share/plexbridge.",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Answer in JSON, for scripts.", Recursive = true };

    public Option<string?> LogLevel { get; } = Of(SettingsCatalog.LogLevel, "--log-level", isRecursive: true);

    public Option<string?> Listen { get; } = Of(SettingsCatalog.Listen, "--listen");

    public Option<string?> PublicUrl { get; } = Of(SettingsCatalog.PublicUrl, "--public-url");

    /// <summary>The strongest layer of the settings: what was typed, by key.</summary>
    public IReadOnlyDictionary<string, string> ReadSettings(ParseResult parsed)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (option, setting) in new (Option<string?>, Setting)[]
                 { (LogLevel, SettingsCatalog.LogLevel), (Listen, SettingsCatalog.Listen), (PublicUrl, SettingsCatalog.PublicUrl) })
            if (parsed.GetResult(option) is { Implicit: false } && parsed.GetValue(option) is { } text)
                values[setting.Key] = text;
        return values;
    }

    private static Option<string?> Of(Setting setting, string name, bool isRecursive = false)
    {
        var option = new Option<string?>(name)
        {
            Description = $"{setting.Help} Default: {(setting.DefaultText.Length == 0 ? "none" : setting.DefaultText)}.",
            HelpName = setting.Unit,
            Recursive = isRecursive,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !setting.TryRead(result.Tokens[0].Value, out _, out var remedy))
                result.AddError($"{name} '{result.Tokens[0].Value}' is not valid: write {remedy}.");
        });
        return option;
    }
}
