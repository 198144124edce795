using PlexBridge.Settings;

namespace PlexBridge;

/// <summary>Decides what is logged, by the setting log.level, which may change at run time. Asked several times a request, so it only compares.</summary>
internal sealed class LowestLevel
{
    private volatile int _lowest;

    public LowestLevel(SettingsHolder settings)
    {
        _lowest = (int)Parse(settings.Current);
        settings.Changed += current => _lowest = (int)Parse(current);
    }

    public bool IsLogged(string? category, LogLevel level)
    {
        var lowest = (LogLevel)_lowest;
        if (category is null || !category.StartsWith("Microsoft.", StringComparison.Ordinal) || lowest <= LogLevel.Debug)
            return level >= lowest;
        // A failed start is told as one sentence by the appliance; the host would add a stack trace. And as long as the
        // request log may speak at all, the framework makes an activity and a scope for each request.
        return category is not ("Microsoft.Extensions.Hosting.Internal.Host" or "Microsoft.AspNetCore.Hosting.Diagnostics")
            && level >= (lowest > LogLevel.Warning ? lowest : LogLevel.Warning);
    }

    private static LogLevel Parse(SettingsSnapshot settings) =>
        Enum.TryParse<LogLevel>(settings.Get(SettingsCatalog.LogLevel), ignoreCase: true, out var parsed) ? parsed : LogLevel.Information;
}
