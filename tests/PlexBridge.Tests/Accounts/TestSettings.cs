using PlexBridge.Settings;

namespace PlexBridge.Tests.Accounts;

/// <summary>Settings in force as if they had been written, read by the catalog's own readers.</summary>
internal static class TestSettings
{
    public static SettingsSnapshot Snapshot(params IEnumerable<(Setting Setting, string Text)> written) =>
        new(written.Select(pair => pair.Setting.TryRead(pair.Text, out var value, out var remedy)
            ? new SettingValue(pair.Setting, value, pair.Text, SettingOrigin.CommandLine, "test")
            : throw new InvalidOperationException(remedy)));

    public static SettingsHolder Holder(params IEnumerable<(Setting Setting, string Text)> written) => new(Snapshot(written));
}
