using PlexBridge.Settings;
using PlexBridge.Storage;
using PlexBridge.Tests.Storage;

namespace PlexBridge.Tests.Settings;

public sealed class SettingsStoreTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Database _database = null!;
    private SettingsStore _store = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(_folder.Data);
        _store = new SettingsStore(_database);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stored_value_is_replaced_and_can_be_forgotten()
    {
        await _store.WriteAsync(SettingsCatalog.TunerName, "Den", CancellationToken.None);
        await _store.WriteAsync(SettingsCatalog.TunerName, "Attic", CancellationToken.None);
        Assert.Equal("Attic", (await ValuesAsync())["tuner.name"]);

        await _store.ForgetAsync(SettingsCatalog.TunerName, CancellationToken.None);

        Assert.Empty(await ValuesAsync());
    }

    [Fact]
    public async Task An_invalid_value_is_not_stored()
    {
        var problem = await _store.WriteAsync(SettingsCatalog.TunerCount, "256", CancellationToken.None);

        Assert.Contains("from 1 to 255", problem!.Remedy, StringComparison.Ordinal);
        Assert.Empty(await ValuesAsync());
    }

    [Fact]
    public async Task A_value_is_stored_as_it_is_written_by_the_program()
    {
        await _store.WriteAsync(SettingsCatalog.SourceInterval, " 90m ", CancellationToken.None);

        Assert.Equal("1h30m", (await ValuesAsync())["source.interval"]);
    }

    private async Task<IReadOnlyDictionary<string, string>> ValuesAsync() => (await _store.ReadAsync(CancellationToken.None)).Values;
}
