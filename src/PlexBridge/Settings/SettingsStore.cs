using PlexBridge.Storage;

namespace PlexBridge.Settings;

/// <summary>The settings that the page and `settings set` keep in the database.</summary>
internal sealed class SettingsStore(Database database)
{
    public const string Place = "the settings page";

    public Task<SettingsLayer> ReadAsync(CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var command = connection.Command("SELECT key, value FROM settings");
        using var rows = command.ExecuteReader();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        while (rows.Read()) values[rows.GetString(0)] = rows.GetString(1);
        return new SettingsLayer(SettingOrigin.Database, Place, values);
    }, cancellationToken);

    /// <summary>Stores a value the setting understands; a text it doesn't is a problem and changes nothing.</summary>
    public async Task<SettingProblem?> WriteAsync(Setting setting, string text, CancellationToken cancellationToken)
    {
        if (!setting.TryRead(text, out var value, out var remedy)) return new SettingProblem(setting, text, "settings set", remedy);
        await database.WriteAsync(connection => connection.Execute(
            "INSERT INTO settings (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            ("@key", setting.Key), ("@value", setting.Write(value))), cancellationToken);
        return null;
    }

    /// <summary>Back to what the weaker layers say.</summary>
    public Task<int> ForgetAsync(Setting setting, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("DELETE FROM settings WHERE key = @key", ("@key", setting.Key)), cancellationToken);
}
