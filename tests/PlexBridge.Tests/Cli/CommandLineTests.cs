using System.Globalization;
using System.Text.Json;
using PlexBridge.Cli;
using PlexBridge.Settings;
using PlexBridge.Storage;
using PlexBridge.Tests.Channels;
using PlexBridge.Tests.Storage;

namespace PlexBridge.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);
    private ServeOptions? _served;

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task No_verb_is_serve_with_its_options()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("--demo", "--listen", "127.0.0.1:0"));

        Assert.True(_served!.IsDemo);
        Assert.Equal(_folder.Data, _served.Folder);
        var settings = (await _served.Settings.ReadAsync(store: null, CancellationToken.None)).Require();
        Assert.Equal(0, settings.Get(SettingsCatalog.Listen).Port);
        Assert.Equal(SettingOrigin.CommandLine, settings.Find(SettingsCatalog.Listen).Origin);
    }

    [Theory]
    [InlineData("serve", "--listen", "nonsense")]
    [InlineData("nonsense")]
    [InlineData("settings", "get")]
    [InlineData("channels", "set")]
    [InlineData("channels", "set", "5")]
    [InlineData("channels", "set", "5", "--all", "--enabled", "true")]
    [InlineData("channels", "set", "--all", "--name", "x")]
    [InlineData("channels", "set", "5", "--number", "x")]
    [InlineData("sources", "set", "a", "--interval", "soon")]
    [InlineData("import", "list.m3u", "--merge", "url")]
    [InlineData("import", "list.m3u", "--merge=nonsense")]
    [InlineData("import", "")]
    [InlineData("import", "list.m3u", "--user-agent", "Ägent")]
    [InlineData("import", "list.m3u", "--user-agent", "a\nb")]
    [InlineData("--log-level", "loud")]
    public async Task Wrong_usage_is_exit_code_2_with_a_line_on_stderr(params string[] arguments)
    {
        Assert.Equal(ExitCode.WrongUsage, await RunAsync(arguments));

        Assert.Contains("--help", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve", "--help")]
    [InlineData("check", "--help")]
    [InlineData("import", "--help")]
    [InlineData("sources", "--help")]
    [InlineData("sources", "set", "--help")]
    [InlineData("sources", "refresh", "--help")]
    [InlineData("sources", "remove", "--help")]
    [InlineData("channels", "--help")]
    [InlineData("channels", "set", "--help")]
    [InlineData("settings", "set", "--help")]
    [InlineData("sessions", "--help")]
    [InlineData("probe", "--help")]
    [InlineData("version", "--help")]
    public async Task Every_verb_explains_itself(params string[] arguments)
    {
        Assert.Equal(ExitCode.Done, await RunAsync(arguments));

        Assert.Contains("Usage:", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task A_playlist_is_imported_refreshed_and_counted()
    {
        var list = Path.Combine(_folder.Parent, "list.m3u");
        await File.WriteAllTextAsync(list, """
            #EXTM3U
            #EXTINF:-1 group-title="News",One
            http://example.org/1.ts
            #EXTINF:-1 group-title="Sport",Two
            http://example.org/2.ts

            """);

        using var imported = await AskAsync("import", list, "--name", "List", "--groups", "News");
        using var refreshed = await AskAsync("sources", "refresh", "List");
        using var channels = await AskAsync("channels");

        var first = imported.RootElement[0];
        Assert.Equal(("List", "applied", 2), (first.GetProperty("source").GetString(), first.GetProperty("outcome").GetString(), first.GetProperty("counts").GetProperty("entries").GetInt32()));
        Assert.Equal(2, first.GetProperty("groups").GetArrayLength());
        Assert.Equal("unchanged", refreshed.RootElement[0].GetProperty("outcome").GetString());
        Assert.Equal("One", channels.RootElement[0].GetProperty("name").GetString());
        Assert.Equal(ExitCode.Failed, await RunAsync("import", Path.Combine(_folder.Parent, "missing.m3u")));
        Assert.Single(_error.ToString().Trim().Split('\n'));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("")]
    public async Task A_choice_of_groups_and_merging_can_be_undone(string all)
    {
        var list = Path.Combine(_folder.Parent, "list.m3u");
        await File.WriteAllTextAsync(list, """
            #EXTM3U
            #EXTINF:-1 tvg-id="a" group-title="News",One
            http://example.org/1.ts
            #EXTINF:-1 tvg-id="a" group-title="Sport",Two
            http://example.org/2.ts

            """);
        Assert.Equal(ExitCode.Done, await RunAsync("import", list, "--groups", "Sport", "--merge", "tvg-id"));

        Assert.Equal(ExitCode.Done, await RunAsync("import", list, "--groups", all, "--merge", "none"));

        using var channels = await AskAsync("channels");
        Assert.Equal(2, channels.RootElement.GetArrayLength());
        Assert.All(channels.RootElement.EnumerateArray(), channel => Assert.True(channel.GetProperty("enabled").GetBoolean()));
    }

    [Fact]
    public async Task A_group_that_no_channel_is_in_is_named_with_a_remedy()
    {
        await using (var database = await Database.OpenAsync(_folder.Data))
        {
            await ChannelSeed.AddSourceAsync(database, 1);
            await ChannelSeed.AddChannelAsync(database, 1, 5, group: "News");
        }

        Assert.Equal(ExitCode.Failed, await RunAsync("channels", "--group", "Newz"));

        Assert.Equal("No channel is in a group 'Newz'. Did you mean 'News'?", _error.ToString().Trim());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Settings_are_set_read_and_listed()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("settings", "set", "lineup.limit", "100"));
        _output.GetStringBuilder().Clear();
        Assert.Equal(ExitCode.Done, await RunAsync("settings", "get", "lineup.limit"));
        Assert.Equal("100", _output.ToString().Trim());

        using var all = await AskAsync("settings", "list");
        Assert.Equal(SettingsCatalog.All.Count, all.RootElement.GetArrayLength());
        var limit = all.RootElement.EnumerateArray().Single(setting => setting.GetProperty("key").GetString() == "lineup.limit");
        Assert.Equal("database", limit.GetProperty("origin").GetString());
        Assert.Equal("480", limit.GetProperty("default").GetString());
        Assert.False(limit.GetProperty("locked").GetBoolean());

        await RunAsync("settings", "set", "lineup.limit", "default");
        using var one = await AskAsync("settings", "get", "lineup.limit");
        Assert.Equal("480", one.RootElement.GetProperty("value").GetString());
    }

    [Fact]
    public async Task An_invalid_setting_is_refused_in_one_line()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync("settings", "set", "lineup.limit", "none"));

        Assert.Equal("lineup.limit can't be 'none': write a whole number from 1 to 100000. The old value stays.", _error.ToString().Trim());
    }

    [Fact]
    public async Task Channels_are_listed_and_changed()
    {
        await using (var database = await Database.OpenAsync(_folder.Data))
        {
            await ChannelSeed.AddSourceAsync(database, 1);
            await ChannelSeed.AddChannelAsync(database, 1, 5, 1, name: "Five", group: "News");
            await ChannelSeed.AddChannelAsync(database, 2, 6, name: "Six", group: "Sport");
        }

        Assert.Equal(ExitCode.Done, await RunAsync("channels", "set", "5.1", "--name", "Fünf", "--number", "50"));
        Assert.Equal(ExitCode.Done, await RunAsync("channels", "set", "--group", "Sport", "--enabled", "false"));
        Assert.Equal(ExitCode.Failed, await RunAsync("channels", "set", "50", "--number", "6"));

        using var channels = await AskAsync("channels");
        var six = channels.RootElement[0];
        var five = channels.RootElement[1];
        Assert.Equal(("6", false), (six.GetProperty("number").GetString(), six.GetProperty("enabled").GetBoolean()));
        Assert.Equal(("50", "Fünf", "News", true), (five.GetProperty("number").GetString(), five.GetProperty("name").GetString(),
            five.GetProperty("group").GetString(), five.GetProperty("edited").GetBoolean()));
        using var groups = await AskAsync("channels", "--groups");
        Assert.Equal(2, groups.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task A_channels_streams_are_listed_in_order_and_without_secrets()
    {
        var list = Path.Combine(_folder.Parent, "backups.m3u");
        await File.WriteAllTextAsync(list,
            "#EXTM3U\n#EXTINF:-1 tvg-id=\"a\" tvg-chno=\"5\",One\nhttp://alice:s3cret@192.0.2.1/a.ts\n#EXTINF:-1 tvg-id=\"a\",One again\nhttp://192.0.2.1/b.ts\n");
        Assert.Equal(ExitCode.Done, await RunAsync("import", list, "--merge", "tvg-id"));
        using var before = await AskAsync("channels", "streams", "5");
        var (first, second) = (before.RootElement[0], before.RootElement[1]);

        Assert.Equal(ExitCode.Done, await RunAsync("channels", "set", "5", "--streams", $"{second.GetProperty("id")},{first.GetProperty("id")}"));

        using var after = await AskAsync("channels", "streams", "5");
        Assert.Equal(["One again", "One"], after.RootElement.EnumerateArray().Select(stream => stream.GetProperty("name").GetString()));
        Assert.DoesNotContain("s3cret", before.RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, await RunAsync("channels", "streams", "6"));
    }

    [Fact]
    public async Task Sources_are_listed_without_their_secrets_changed_and_removed()
    {
        await using (var database = await Database.OpenAsync(_folder.Data))
        {
            await ChannelSeed.AddSourceAsync(database, 1);
            await ChannelSeed.AddSourceAsync(database, 2);
            await ChannelSeed.AddChannelAsync(database, 1, 1, source: 1);
            await ChannelSeed.AddChannelAsync(database, 2, 2, source: 2);
            await ChannelSeed.WriteAsync(database, "UPDATE sources SET location = 'http://example.org/get.php?password=secret' WHERE id = 1");
        }

        Assert.Equal(ExitCode.Done, await RunAsync("sources", "set", "Source 1", "--interval", "6h", "--connections", "3", "--private", "true", "--header", "Cookie: secret=1"));
        Assert.Equal(ExitCode.Done, await RunAsync("sources", "remove", "2"));
        Assert.Equal(ExitCode.Failed, await RunAsync("sources", "remove", "Source 3"));
        Assert.Contains("Did you mean 'Source 1'?", _error.ToString(), StringComparison.Ordinal);

        using var sources = await AskAsync("sources");
        var source = Assert.Single(sources.RootElement.EnumerateArray());
        Assert.Equal(("6h", 3, true, 1), (source.GetProperty("interval").GetString(), source.GetProperty("connectionLimit").GetInt32(),
            source.GetProperty("allowPrivate").GetBoolean(), source.GetProperty("channels").GetInt32()));
        Assert.Equal("Cookie", source.GetProperty("headers")[0].GetString());
        Assert.DoesNotContain("secret", _output.ToString(), StringComparison.Ordinal);
        await using var reopened = await Database.OpenAsync(_folder.Data);
        Assert.Equal(1, await ChannelSeed.AskAsync(reopened, "SELECT (SELECT COUNT(*) FROM streams) * (SELECT COUNT(*) FROM channels) * (SELECT COUNT(*) FROM channel_streams)"));
    }

    [Fact]
    public async Task A_writing_verb_pokes_the_appliance_that_runs()
    {
        _folder.Data.Create();
        var pokes = 0;
        await using var server = await ControlServer.StartAsync(_folder.Data, new Dictionary<string, Func<CancellationToken, Task<string>>>
        {
            [ControlClient.Changed] = _ =>
            {
                pokes++;
                return Task.FromResult(ControlServer.Done);
            },
            [ControlClient.Sessions] = _ => Task.FromResult("""[{"tuner":1,"channelNumber":"5.1","channelName":"Five","viewer":"192.0.2.7","userAgent":"VLC","started":"2026-01-01T12:00:00+00:00","bitsPerSecond":4200000,"bytes":12000000,"kind":"RTP","stream":"Five HD","videoCodec":"H264","audioCodec":"AAC","switchCount":1,"switches":[{"at":"2026-01-01T12:01:00+00:00","from":"Five","to":"Five HD","reason":"it stalled"}],"repaired":2,"lost":3,"skips":4,"state":"playing"}]"""),
        }, TimeProvider.System);

        await RunAsync("settings", "set", "tuner.count", "3");
        await RunAsync("sessions");

        Assert.Equal(1, pokes);
        Assert.Contains("5.1 Five  192.0.2.7  2026-01-01 12:00:00Z  4.2     12  RTP Five HD  H264/AAC  1         2         3     4        playing  VLC", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("5.1 Five, 2026-01-01 12:01:00Z: from “Five” to “Five HD”, because it stalled", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_without_an_appliance_fail_with_a_remedy()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync("sessions"));

        Assert.Contains("plexbridge serve", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_gives_a_line_each_and_fails_on_what_would_stop_the_start()
    {
        _folder.Data.Create();
        using var sound = await AskAsync("check");
        Assert.Contains(sound.RootElement.EnumerateArray(), line => line.GetProperty("subject").GetString() == "clock");
        Assert.All(sound.RootElement.EnumerateArray(), line => Assert.Matches("^(ok|warn|fail)$", line.GetProperty("status").GetString()!));

        await File.WriteAllTextAsync(_folder.Data.SettingsPath, """{"tuner":{"count":0}}""");
        File.SetUnixFileMode(_folder.Data.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        Assert.Equal(ExitCode.Failed, await RunAsync("check"));
        Assert.Contains("fail  settings: The setting tuner.count = '0'", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("chmod 700", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_what_the_lineup_s_limit_keeps_out_and_what_to_do()
    {
        await using (var database = await Database.OpenAsync(_folder.Data))
        {
            await ChannelSeed.AddSourceAsync(database, 1);
            for (var i = 1; i <= 3; i++) await ChannelSeed.AddChannelAsync(database, i, i);
        }

        await RunAsync("settings", "set", "lineup.limit", "2");
        await RunAsync("check");

        Assert.Contains("warn  lineup: 3 channels are enabled but only the first 2 by number are published", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("channels set --group", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_database_is_one_line_on_stderr()
    {
        _folder.Data.Create();
        await File.WriteAllTextAsync(_folder.Data.DatabasePath, string.Concat(Enumerable.Repeat("rubbish ", 2000)));

        Assert.Equal(ExitCode.Failed, await RunAsync("channels"));

        Assert.Single(_error.ToString().Trim().Split('\n'));
        Assert.Contains("damaged", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_names_all_its_parts()
    {
        using var version = await AskAsync("version");

        Assert.Equal("JIT", version.RootElement.GetProperty("kind").GetString());
        Assert.StartsWith("3.", version.RootElement.GetProperty("sqlite").GetString(), StringComparison.Ordinal);
    }

    private async Task<JsonDocument> AskAsync(params string[] arguments)
    {
        _output.GetStringBuilder().Clear();
        await RunAsync([.. arguments, "--json"]);
        return JsonDocument.Parse(_output.ToString());
    }

    private Task<int> RunAsync(params string[] arguments)
    {
        var terminal = new Terminal(_output, _error, () => Stream.Null, new Dictionary<string, string> { ["PLEXBRIDGE_DATA"] = _folder.Data.Path });
        var seams = new VerbSeams
        {
            ServeAsync = (options, _) => Done(_served = options),
            ProbeAsync = (options, _) => Done(options),
        };
        return new CommandLine(terminal, seams).RunAsync(arguments, CancellationToken.None);

        static Task<int> Done(object _) => Task.FromResult(ExitCode.Done);
    }
}
