using PlexBridge.Settings;
using PlexBridge.Storage;
using PlexBridge.Tests.Storage;

namespace PlexBridge.Tests.Settings;

public sealed class SettingsSourcesTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _commandLine = [];
    private readonly Dictionary<string, string> _environment = [];
    private Database _database = null!;
    private SettingsStore _store = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(_folder.Data);
        _store = new SettingsStore(_database);
        Directory.CreateDirectory(SystemFolder);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private string SystemFolder => Path.Combine(_folder.Parent, "etc");

    private SettingsSources Sources => new(_folder.Data, _commandLine, _environment, SystemFolder);

    // A bit for each origin that names the key; the strongest set bit must win.
    public static TheoryData<int> EveryMixture => [.. Enumerable.Range(0, 32)];

    [Theory]
    [MemberData(nameof(EveryMixture))]
    public async Task The_strongest_origin_wins(int mixture)
    {
        if ((mixture & 1) != 0) Assert.Null(await _store.WriteAsync(SettingsCatalog.TunerCount, "1", CancellationToken.None));
        if ((mixture & 2) != 0) await WriteFileAsync(SystemFolder, """{"tuner":{"count":2}}""");
        if ((mixture & 4) != 0) await WriteFileAsync(_folder.Data.Path, """{"tuner":{"count":"3"}}""");
        if ((mixture & 8) != 0) _environment["PLEXBRIDGE_TUNER_COUNT"] = "44";
        if ((mixture & 16) != 0) _commandLine["tuner.count"] = "5";

        var value = (await ReadAsync()).Require().Find(SettingsCatalog.TunerCount);

        var (expected, origin) = mixture switch
        {
            >= 16 => (5, SettingOrigin.CommandLine),
            >= 8 => (44, SettingOrigin.Environment),
            >= 4 => (3, SettingOrigin.File),
            >= 2 => (2, SettingOrigin.File),
            1 => (1, SettingOrigin.Database),
            _ => (4, SettingOrigin.Default),
        };
        Assert.Equal(expected, value.Value);
        Assert.Equal(origin, value.Origin);
        Assert.Equal(mixture >= 2, value.IsLocked);
    }

    [Theory]
    [InlineData("mkdir")]
    [InlineData("mkfifo")]
    public async Task A_settings_file_that_is_no_regular_file_is_refused_and_not_waited_for(string make)
    {
        _folder.Data.Create();
        using (var process = System.Diagnostics.Process.Start(make, _folder.Data.SettingsPath)) await process.WaitForExitAsync();

        var fault = await Assert.ThrowsAsync<SettingsException>(async () => (await ReadAsync().WaitAsync(TimeSpan.FromSeconds(20))).Require());

        Assert.Contains("no regular file", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("command line", "--tuner-count")]
    [InlineData("environment", "PLEXBRIDGE_TUNER_COUNT")]
    [InlineData("file", "plexbridge.json")]
    [InlineData("database", "the settings page")]
    public async Task An_invalid_value_stops_the_start_with_key_value_place_and_remedy(string origin, string place)
    {
        switch (origin)
        {
            case "command line": _commandLine["tuner.count"] = "300"; break;
            case "environment": _environment["PLEXBRIDGE_TUNER_COUNT"] = "300"; break;
            case "file": await WriteFileAsync(_folder.Data.Path, """{"tuner":{"count":300}}"""); break;
            default:
                await _database.WriteAsync(connection => connection.Execute("INSERT INTO settings VALUES ('tuner.count', '300')"), CancellationToken.None);
                break;
        }

        var reading = await ReadAsync();
        var refused = Assert.Throws<SettingsException>(reading.Require);

        Assert.Contains("tuner.count = '300'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(place, refused.Message, StringComparison.Ordinal);
        Assert.Contains("from 1 to 255", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_run_time_an_invalid_value_is_refused_and_the_old_one_stays()
    {
        await WriteFileAsync(_folder.Data.Path, """{"tuner":{"count":7}}""");
        var holder = new SettingsHolder((await ReadAsync()).Require());
        var announced = 0;
        holder.Changed += _ => announced++;
        await WriteFileAsync(_folder.Data.Path, """{"tuner":{"count":0},"lineup":{"limit":99}}""");

        var reading = await Sources.ReloadAsync(_store, holder, CancellationToken.None);
        await Sources.ReloadAsync(_store, holder, CancellationToken.None);

        Assert.Single(reading.Problems);
        Assert.Equal(7, holder.Current.Get(SettingsCatalog.TunerCount));
        Assert.Equal(99, holder.Current.Get(SettingsCatalog.LineupLimit));
        Assert.Equal(1, announced);
    }

    [Fact]
    public async Task Unknown_names_are_warned_of_with_a_suggestion()
    {
        await WriteFileAsync(_folder.Data.Path, """{"lineup":{"limt":5},"colour":"blue"}""");
        _environment["PLEXBRIDGE_TUNER_COUNTS"] = "3";
        _environment["PLEXBRIDGE_DATA"] = "/somewhere";
        _environment["PATH"] = "/bin";

        var warnings = (await ReadAsync()).Warnings;

        Assert.Equal(3, warnings.Count);
        Assert.Contains(warnings, warning => warning.Contains("lineup.limt", StringComparison.Ordinal) && warning.EndsWith("Did you mean lineup.limit?", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.EndsWith("Did you mean PLEXBRIDGE_TUNER_COUNT?", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.StartsWith("colour", StringComparison.Ordinal) && !warning.Contains("mean", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lists_in_the_file_are_lists()
    {
        await WriteFileAsync(_folder.Data.Path, """
            {
              // who may ask
              "network": {"allowed": ["private", "203.0.113.0/24"], "discovery": false},
            }
            """);

        var settings = (await ReadAsync()).Require();

        Assert.True(settings.Get(SettingsCatalog.NetworkAllowed).Contains(System.Net.IPAddress.Parse("203.0.113.5")));
        Assert.False(settings.Get(SettingsCatalog.NetworkDiscovery));
    }

    [Theory]
    [InlineData("{\n\"lineup\": oops}", "line 2")]
    [InlineData("[1]", "no JSON object")]
    public async Task A_broken_file_is_named(string content, string expected)
    {
        await WriteFileAsync(_folder.Data.Path, content);

        var refused = await Assert.ThrowsAsync<SettingsException>(ReadAsync);

        Assert.Contains(_folder.Data.SettingsPath, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    private Task<SettingsReading> ReadAsync() => Sources.ReadAsync(_store, CancellationToken.None);

    private static Task WriteFileAsync(string folder, string content) => File.WriteAllTextAsync(Path.Combine(folder, "plexbridge.json"), content);
}
