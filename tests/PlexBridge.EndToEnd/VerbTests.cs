using System.Text.Json;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>Verbs: their exit codes, their sentences, and that a running appliance takes their changes up.</summary>
public sealed class VerbTests : IDisposable
{
    private static readonly TimeSpan TakenUp = TimeSpan.FromSeconds(2);

    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [PeerFact]
    public async Task Running_appliance_takes_changes_of_verbs_up_within_two_seconds()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        Assert.Empty(await LineupAsync(appliance));

        await Succeeds("import", Playlist(3));
        await LineupBecomes(appliance, ["1", "2", "3"]);

        await Succeeds("channels", "set", "2", "--enabled", "false");
        await LineupBecomes(appliance, ["1", "3"]);

        await Succeeds("channels", "set", "3", "--number", "5.1");
        await LineupBecomes(appliance, ["1", "5.1"]);

        await Succeeds("settings", "set", "lineup.limit", "1");
        await LineupBecomes(appliance, ["1"]);
    }

    [PeerFact]
    public async Task Sources_are_an_empty_json_array_at_first()
    {
        var ran = await Succeeds("sources", "--json");

        Assert.Equal("[]", ran.Output.Trim());
    }

    [PeerFact]
    public async Task Playlist_comes_from_stdin_as_well()
    {
        var ran = await Programs.RunAsync(
            TestPaths.Binary,
            ["import", "-", "--name", "piped", "--data", _data.Path],
            TimeSpan.FromSeconds(20),
            input: "#EXTM3U\n#EXTINF:-1,One\nhttp://127.0.0.1:9/1.ts\n");

        Assert.True(ran.ExitCode == 0, ran.ToString());
        Assert.Contains("piped", (await Succeeds("sources")).Output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Every_verb_has_help()
    {
        string[] verbs = ["serve", "check", "import", "sources", "channels", "settings", "sessions", "probe", "version"];
        foreach (var verb in verbs)
        {
            var ran = await Programs.RunAsync(TestPaths.Binary, [verb, "--help"], TimeSpan.FromSeconds(10));
            Assert.True(ran.ExitCode == 0 && ran.Output.Contains(verb, StringComparison.Ordinal), $"{verb}: {ran}");
        }
    }

    [PeerFact]
    public async Task Version_names_the_native_runtime()
    {
        var ran = await Programs.RunAsync(TestPaths.Binary, ["version"], TimeSpan.FromSeconds(10));

        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("native", ran.Output, StringComparison.OrdinalIgnoreCase);
    }

    [PeerFact]
    public async Task Wrong_usage_exits_with_2()
    {
        Assert.Equal(2, (await Programs.RunAsync(TestPaths.Binary, ["no-such-verb"], TimeSpan.FromSeconds(10))).ExitCode);
        Assert.Equal(2, (await Programs.RunAsync(TestPaths.Binary, ["import"], TimeSpan.FromSeconds(10))).ExitCode);
        Assert.Equal(2, (await Programs.RunAsync(TestPaths.Binary, ["serve", "--no-such-option"], TimeSpan.FromSeconds(10))).ExitCode);
    }

    [PeerFact]
    public async Task Check_ends_well_on_a_healthy_folder()
    {
        await Succeeds("import", Playlist(3));

        var ran = await Succeeds("check");

        Assert.Contains("ok", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail ", ran.Output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Unusable_playlist_gets_a_sentence_and_loses_nothing()
    {
        await using var source = FakeSource.Start();
        source.On("/html", Answers.Html());
        source.On("/gone", Answers.Status(404));
        source.On("/cut.gz", Answers.Bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48], "application/gzip"));
        source.On("/loop", Answers.Redirect("/loop"));
        await Succeeds("import", Playlist(3), "--name", "good");
        string[] unusable =
        [
            source.Url("/html"), source.Url("/gone"), source.Url("/cut.gz"), source.Url("/loop"),
            _data["missing.m3u"], _data.Write("empty.m3u", ""), _data.Write("header.m3u", "#EXTM3U\n"),
            _data.Write("hls.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nseg1.ts\n"),
        ];

        foreach (var playlist in unusable)
        {
            var ran = await Appliance.RunAsync(_data.Path, "import", playlist, "--name", "bad");
            Assert.True(ran.ExitCode == 1, $"{playlist}: {ran}");
            Assert.True(ran.Errors.Trim().Length > 0 && !ran.Errors.Contains("   at ", StringComparison.Ordinal), $"{playlist}: {ran}");
        }

        await using var appliance = await Appliance.ServeAsync(_data.Path);
        Assert.Equal(["1", "2", "3"], await LineupAsync(appliance));
    }

    [PeerFact]
    public async Task Vanishing_list_is_refused_unless_forced()
    {
        var playlist = _data["list.m3u"];
        File.Copy(Playlist(10), playlist);
        await Succeeds("import", playlist);
        File.Copy(Playlist(2), playlist, overwrite: true);

        var refused = await Appliance.RunAsync(_data.Path, "import", playlist);
        Assert.True(refused.ExitCode == 1, refused.ToString());
        Assert.Contains("--force", refused.Errors, StringComparison.Ordinal);

        await Succeeds("import", playlist, "--force");
    }

    [MountFact]
    public async Task Full_disk_gets_a_sentence_and_loses_nothing()
    {
        using var disk = new SmallDisk(kilobytes: 1536);
        var data = Path.Combine(disk.Path, "data");
        var before = await Appliance.RunAsync(data, "import", Playlist(3), "--name", "small");
        Assert.True(before.ExitCode == 0, before.ToString());

        var full = await Appliance.RunAsync(data, "import", Playlist(60_000), "--name", "large");

        Assert.True(full.ExitCode == 1, full.ToString());
        Assert.Contains("full", full.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", full.Errors, StringComparison.Ordinal);
        await using var appliance = await Appliance.ServeAsync(data);
        Assert.Equal(["1", "2", "3"], await LineupAsync(appliance));
    }

    private static async Task<string[]> LineupAsync(Appliance appliance)
    {
        using var lineup = JsonDocument.Parse(await appliance.Client.GetStringAsync("lineup.json"));
        return [.. lineup.RootElement.EnumerateArray().Select(channel => channel.GetProperty("GuideNumber").GetString()!)];
    }

    private static async Task LineupBecomes(Appliance appliance, string[] numbers)
    {
        var started = TimeProvider.System.GetTimestamp();
        string[] lineup;
        while (!(lineup = await LineupAsync(appliance)).SequenceEqual(numbers))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < TakenUp,
                $"after {TakenUp.TotalSeconds} s still {string.Join(' ', lineup)}, not {string.Join(' ', numbers)}");
            await Task.Delay(50);
        }
    }

    private string Playlist(int entries) =>
        _data.Write(
            $"list{entries}.m3u",
            "#EXTM3U\n" + string.Concat(Enumerable.Range(1, entries).Select(i =>
                $"#EXTINF:-1 tvg-id=\"id{i}\" tvg-chno=\"{i}\",Channel {i}\nhttp://127.0.0.1:9/{i}.ts\n")));

    private async Task<Ran> Succeeds(params string[] verb)
    {
        var ran = await Appliance.RunAsync(_data.Path, verb);
        Assert.True(ran.ExitCode == 0, ran.ToString());
        return ran;
    }
}
