using PlexBridge.Channels;
using PlexBridge.Sources;
using PlexBridge.Testing;
using static PlexBridge.Tests.Sources.ImportBench;

namespace PlexBridge.Tests.Sources;

public sealed class PlaylistImportTests
{
    [Fact]
    public async Task A_list_becomes_numbered_channels_and_what_is_no_channel_is_counted()
    {
        await using var bench = await StartAsync();

        var result = await bench.ImportAsync(List(
            "One|http://h/1.ts|News||5.1", "Two|http://h/2.ts|News", "Three|http://h/3.ts|Sport;UK||5.1", "Film|http://h/movie/u/p/4.mkv", "Page|https://www.youtube.com/@x/live"));

        Assert.Equal(ImportOutcome.Applied, result.Outcome);
        Assert.Equal(["5.1 One [News]: http://h/1.ts", "6 Two [News]: http://h/2.ts", "7 Three [Sport]: http://h/3.ts"], await bench.ChannelsAsync());
        Assert.Equal((5, 3, 1, 1), (result.Counts.Entries, result.Counts.Live, result.Counts.Films, result.Counts.NoStream));
        Assert.Equal(["News 2", "Sport 1", "UK 1"], result.Groups.Select(group => $"{group.Name} {group.Entries}"));
    }

    [Fact]
    public async Task The_same_list_again_is_unchanged()
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1"));

        var result = await bench.ImportAsync(List("One|http://h/1"));

        Assert.Equal(ImportOutcome.Unchanged, result.Outcome);
        Assert.Equal(1, result.Counts.Channels);
        Assert.Equal(1, await bench.NumberAsync("SELECT COUNT(*) FROM streams"));
    }

    [Fact]
    public async Task A_refresh_follows_the_list_and_keeps_numbers_and_ids()
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1?token=a", "Two|http://h/2?token=a", "Three|http://h/3?token=a"));

        var result = await bench.ImportAsync(List("Four|http://h/4?token=b", "Three|http://h/3?token=b", "One HD|http://h/1?token=b|News", "Two|http://h/2?token=b"));

        Assert.Equal((1, 3, 0), (result.Counts.Added, result.Counts.Changed, result.Counts.Vanished));
        Assert.Equal(["1 One HD [News]: http://h/1?token=b", "2 Two [G]: http://h/2?token=b", "3 Three [G]: http://h/3?token=b", "4 Four [G]: http://h/4?token=b"], await bench.ChannelsAsync());
        Assert.Equal(4, await bench.NumberAsync("SELECT COUNT(*) FROM streams"));
    }

    [Fact]
    public async Task Edits_of_a_user_survive()
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1?token=a", "Two|http://h/2?token=a"));
        var editor = new ChannelEditor(bench.Database);
        await editor.EditAsync("1", new ChannelEdit { Name = "Mine", Number = new ChannelNumber(50), Enabled = false }, CancellationToken.None);

        await bench.ImportAsync(List("One renamed|http://h/1?token=b", "Two renamed|http://h/2?token=b"), groups: ["G"]);

        Assert.Equal(["2 Two renamed [G]: http://h/2?token=b", "50 Mine [G] off: http://h/1?token=b"], await bench.ChannelsAsync());
    }

    [Fact]
    public async Task Vanished_channels_are_kept_then_deleted_and_their_numbers_never_given_again()
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1", "Two|http://h/2", "Three|http://h/3"));

        var gone = await bench.ImportAsync(List("One|http://h/1", "New|http://h/9"));
        Assert.Equal((1, 2), (gone.Counts.Added, gone.Counts.Vanished));
        Assert.Equal(["1 One [G]: http://h/1", "2 Two [G] vanished: http://h/2", "3 Three [G] vanished: http://h/3", "4 New [G]: http://h/9"], await bench.ChannelsAsync());

        bench.Clock.Advance(TimeSpan.FromDays(3));
        var back = await bench.ImportAsync(List("One|http://h/1", "New|http://h/9", "Three|http://h/3"));
        Assert.Equal((0, 0, 1), (back.Counts.Added, back.Counts.Changed, back.Counts.Returned));

        bench.Clock.Advance(TimeSpan.FromDays(5));
        var unchanged = await bench.ImportAsync(List("One|http://h/1", "New|http://h/9", "Three|http://h/3"));
        Assert.Equal((ImportOutcome.Unchanged, 1), (unchanged.Outcome, unchanged.Counts.Removed));
        await bench.ImportAsync(List("One|http://h/1", "New|http://h/9", "Three|http://h/3", "Newer|http://h/10", "Wants two|http://h/11|G||2"));

        Assert.Equal(["1 One [G]: http://h/1", "3 Three [G]: http://h/3", "4 New [G]: http://h/9", "5 Newer [G]: http://h/10", "6 Wants two [G]: http://h/11"], await bench.ChannelsAsync());
    }

    [Fact]
    public async Task A_list_that_shrinks_too_much_is_refused_unless_forced()
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1", "Two|http://h/2", "Three|http://h/3"));
        var before = await bench.ChannelsAsync();

        var refused = await bench.ImportAsync(List("One|http://h/1"));
        Assert.Equal(ImportOutcome.Refused, refused.Outcome);
        Assert.Contains("--force", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await bench.ChannelsAsync());

        Assert.Equal(ImportOutcome.Applied, (await bench.ImportAsync(List("One|http://h/1"), isForced: true)).Outcome);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>Log in</html>", "web page")]
    [InlineData("", "empty")]
    [InlineData("#EXTM3U\n", "without a single entry")]
    [InlineData("{\"user_info\":{\"auth\":0}}", "JSON")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n", "HLS")]
    [InlineData("#EXTM3U\n#EXTINF:-1,Film\nhttp://h/a.mkv\n", "none is a live stream")]
    public async Task What_is_no_playlist_changes_nothing_even_when_forced(string content, string reason)
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1"));

        var result = await bench.ImportAsync(content);

        Assert.Equal(ImportOutcome.Refused, result.Outcome);
        Assert.Contains(reason, result.Message, StringComparison.Ordinal);
        Assert.Single(await bench.ChannelsAsync());
        if (!content.Contains("EXTINF:-1", StringComparison.Ordinal))
            Assert.Equal(ImportOutcome.Refused, (await bench.ImportAsync(content, isForced: true)).Outcome);
    }

    [Fact]
    public async Task A_new_source_whose_first_import_fails_leaves_nothing_behind()
    {
        await using var bench = await StartAsync();

        var result = await bench.Import.ImportAsync(new SourceDefinition("/no/such/file.m3u"), false, null, CancellationToken.None);

        Assert.Equal(ImportOutcome.Failed, result.Outcome);
        Assert.Contains("does not exist", result.Message, StringComparison.Ordinal);
        Assert.Equal(0, await bench.NumberAsync("SELECT (SELECT COUNT(*) FROM sources) + (SELECT COUNT(*) FROM runs)"));
    }

    [Fact]
    public async Task The_choice_of_groups_switches_channels_that_no_user_switched()
    {
        await using var bench = await StartAsync();
        var list = List("One|http://h/1|News", "Two|http://h/2|Sport", "Three|http://h/3|Kids;News");
        await bench.ImportAsync(list, groups: ["news"]);
        Assert.Equal(["1 One [News]: http://h/1", "2 Two [Sport] off: http://h/2", "3 Three [Kids]: http://h/3"], await bench.ChannelsAsync());
        await new ChannelEditor(bench.Database).EditAsync("3", new ChannelEdit { Enabled = true }, CancellationToken.None);

        var result = await bench.ImportAsync(list, groups: ["Sport"]);

        Assert.Equal(["1 One [News] off: http://h/1", "2 Two [Sport]: http://h/2", "3 Three [Kids]: http://h/3"], await bench.ChannelsAsync());
        Assert.Equal((3, 2), (result.Counts.Channels, result.Counts.EnabledChannels));
    }

    [Fact]
    public async Task Entries_with_one_id_become_one_channel_with_backups_and_channels_again_without_merging()
    {
        await using var bench = await StartAsync();
        var list = List("One|http://h/1|G|one", "Two|http://h/2|G|two", "One HD|http://h/3|G|ONE", "None|http://h/4", "None too|http://h/5");

        await bench.ImportAsync(list, merge: SourceMerge.ByGuideId);
        Assert.Equal(["1 One [G]: http://h/1 http://h/3", "2 Two [G]: http://h/2", "3 None [G]: http://h/4", "4 None too [G]: http://h/5"], await bench.ChannelsAsync());

        await bench.ImportAsync(list + List("One 4K|http://h/6|G|one"));
        Assert.Equal("1 One [G]: http://h/1 http://h/3 http://h/6", (await bench.ChannelsAsync())[0]);

        await bench.ImportAsync(list, merge: SourceMerge.None);
        Assert.Equal(["1 One [G]: http://h/1 http://h/6", "2 Two [G]: http://h/2", "3 None [G]: http://h/4", "4 None too [G]: http://h/5", "5 One HD [G]: http://h/3"], await bench.ChannelsAsync());
    }

    [Fact]
    public async Task Switching_merging_on_joins_channels_that_no_user_edited()
    {
        await using var bench = await StartAsync();
        var list = List("One|http://h/1", "ONE|http://h/2", "Öne|http://h/3");
        await bench.ImportAsync(list);
        await new ChannelEditor(bench.Database).EditAsync("3", new ChannelEdit { Name = "Mine" }, CancellationToken.None);

        await bench.ImportAsync(list, merge: SourceMerge.ByName);

        Assert.Equal(["1 One [G]: http://h/1 http://h/2", "3 Mine [G]: http://h/3"], await bench.ChannelsAsync());
    }

    [Fact]
    public async Task Two_sources_share_the_numbers()
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1|G||1", "Two|http://h/2|G||2"));

        await bench.ImportAsync(List("Eins|http://i/1|G||1", "Zwei|http://i/2|G||2", "Drei|http://i/3|G||7"), name: "other");

        Assert.Equal(["1 One [G]: http://h/1", "2 Two [G]: http://h/2", "7 Drei [G]: http://i/3", "8 Eins [G]: http://i/1", "9 Zwei [G]: http://i/2"], await bench.ChannelsAsync());
    }

    [Fact]
    public async Task Leftovers_of_a_killed_run_are_gone_after_the_next()
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1", "Two|http://h/2"));
        await bench.ExecuteAsync(
            """
            INSERT INTO runs (id, source_id, started, outcome) VALUES (90, 1, 0, 'running');
            INSERT INTO streams (id, run, source_id, ordinal, kind, name, url) VALUES (1, 90, 1, 0, 0, 'Half', 'http://h/half'), (77, 90, 1, 1, 0, 'Half', 'http://h/half');
            INSERT INTO channels (id, source_id, run, number_major, name) VALUES (77, 1, 90, 3, 'Half');
            INSERT INTO channel_streams (channel_id, position, stream_id, run) VALUES (77, 0, 77, 90), (1, 1, 77, 90);
            """);
        Assert.Equal(["1 One [G]: http://h/1", "2 Two [G]: http://h/2"], await bench.ChannelsAsync());

        await bench.ImportAsync(List("One|http://h/1", "Two|http://h/2", "Three|http://h/3"));

        Assert.Equal(["1 One [G]: http://h/1", "2 Two [G]: http://h/2", "3 Three [G]: http://h/3"], await bench.ChannelsAsync());
        Assert.Equal(0, await bench.NumberAsync("SELECT COUNT(*) FROM streams WHERE name = 'Half'"));
        Assert.Equal(0, await bench.NumberAsync("SELECT COUNT(*) FROM runs WHERE outcome = 'running'"));
    }

    [Fact]
    public async Task A_source_whose_first_import_was_killed_is_gone_before_the_next_with_its_spool()
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1"));
        await bench.ExecuteAsync(
            """
            INSERT INTO sources (id, kind, name, location) VALUES (5, 'm3u', 'Phantom', '/p.m3u'), (6, 'm3u', 'Earlier still', '/e.m3u');
            INSERT INTO runs (id, source_id, started, outcome) VALUES (90, 5, 0, 'running');
            INSERT INTO streams (id, run, source_id, ordinal, kind, name, url) VALUES (77, 90, 5, 1, 0, 'Half', 'http://h/half');
            """);
        var spool = Path.Combine(bench.Database.Folder.CacheFolder, "playlist-90.m3u");
        await File.WriteAllTextAsync(spool, "#EXTM3U");

        await bench.ImportAsync(List("One|http://h/1", "Two|http://h/2"));

        Assert.Equal(1, await bench.NumberAsync("SELECT COUNT(*) FROM sources"));
        Assert.Equal(0, await bench.NumberAsync("SELECT COUNT(*) FROM streams WHERE source_id = 5"));
        Assert.False(File.Exists(spool));
    }

    [Fact]
    public async Task A_cancelled_first_import_leaves_no_source()
    {
        await using var bench = await StartAsync();
        using var stop = new CancellationTokenSource();
        await using var stopping = new CancellingStream(stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Import.ImportAsync(new SourceDefinition("-", "S"), false, stopping, stop.Token));

        Assert.Equal(0, await bench.NumberAsync("SELECT COUNT(*) FROM sources"));
    }

    [Fact]
    public async Task A_definition_whose_run_fails_or_is_refused_leaves_the_old_one_in_force()
    {
        await using var bench = await StartAsync();
        var list = List("One|http://h/1|News", "Two|http://h/2|Sport");
        await bench.ImportAsync(list, groups: ["News"], merge: SourceMerge.ByGuideId);
        var before = await bench.DefinitionAsync("list");

        var failed = await bench.Import.ImportAsync(
            new SourceDefinition("/no/such/file.m3u", "list", "Agent", ["Foo"], SourceMerge.ByName), false, null, CancellationToken.None);
        var refused = await bench.ImportAsync("<!DOCTYPE html><html>Log in</html>", groups: ["Sport"], merge: SourceMerge.None);

        Assert.Equal((ImportOutcome.Failed, ImportOutcome.Refused), (failed.Outcome, refused.Outcome));
        Assert.Equal(before, await bench.DefinitionAsync("list"));

        await bench.ImportAsync(list, groups: ["Sport"], merge: SourceMerge.ByName);
        Assert.EndsWith("[\"Sport\"] name", await bench.DefinitionAsync("list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_group_chosen_means_all_again_and_no_merging_makes_channels_of_backups()
    {
        await using var bench = await StartAsync();
        var list = List("One|http://h/1|News|a", "One too|http://h/2|Sport|a");
        await bench.ImportAsync(list, groups: ["Sport"], merge: SourceMerge.ByGuideId);

        await bench.ImportAsync(list, groups: [], merge: SourceMerge.None);

        Assert.Equal(["1 One [News]: http://h/1", "2 One too [Sport]: http://h/2"], await bench.ChannelsAsync());
        Assert.EndsWith("- -", await bench.DefinitionAsync("list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_choice_that_no_group_of_the_list_matches_is_refused_unless_forced()
    {
        await using var bench = await StartAsync();
        var list = List("One|http://h/1|News", "Two|http://h/2|Sport");

        var refused = await bench.ImportAsync(list, groups: ["Foo"]);
        Assert.Equal(ImportOutcome.Refused, refused.Outcome);
        Assert.Contains("none of the chosen groups is in the list (chosen: Foo; there: News, Sport)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--groups all", refused.Message, StringComparison.Ordinal);

        await bench.ImportAsync(list, groups: ["Foo"], isForced: true);
        Assert.Equal(["1 One [News] off: http://h/1", "2 Two [Sport] off: http://h/2"], await bench.ChannelsAsync());
    }

    [Fact]
    public async Task A_run_killed_after_it_came_into_force_is_finished_by_the_next()
    {
        await using var bench = await StartAsync();
        await bench.ImportAsync(List("One|http://h/1", "Two|http://h/2"));
        await bench.ExecuteAsync(
            """
            INSERT INTO runs (id, source_id, started, outcome) VALUES (90, 1, 0, 'running');
            INSERT INTO streams SELECT id, 90, source_id, ordinal, kind, 'Renamed', url, headers, group_name, logo, tvg_id, tvg_name, wanted_number, radio, drm, program,
                key_hash, name_hash, skeleton_hash, group_hash, url_hash, content_hash, vanished_at FROM streams WHERE id = 1;
            UPDATE sources SET current_run = 90, content_hash = NULL;
            """);

        await bench.ImportAsync(List("One|http://h/1", "Two|http://h/2"));

        Assert.Equal(2, await bench.NumberAsync("SELECT COUNT(*) FROM streams"));
        Assert.Equal(0, await bench.NumberAsync("SELECT COUNT(*) FROM runs WHERE outcome = 'running'"));
        Assert.Equal(["1 Renamed [G]: http://h/1", "2 Two [G]: http://h/2"], await bench.ChannelsAsync());
    }

    [Fact]
    public async Task Headers_and_relative_addresses_of_entries_are_stored()
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        source.On("/a/list.m3u", Answers.Redirect("/b/list.m3u"));
        source.On("/b/list.m3u", Answers.Text("#EXTM3U url-tvg=\"http://g/x.xml\"\n#EXTINF:-1,One\nlive/1.ts|User-Agent=Agent%201\n"));

        var result = await bench.ImportUrlAsync(source.Url("/a/list.m3u"));

        Assert.Equal(["http://g/x.xml"], result.GuideUrls);
        Assert.Equal([$"1 One []: {source.Url("/b/live/1.ts")}"], await bench.ChannelsAsync());
        var stream = Assert.Single(await new ChannelStore(bench.Database).ReadStreamsAsync(new ChannelId(1), CancellationToken.None));
        Assert.Equal("Agent 1", stream.Headers["User-Agent"]);
    }

    [Fact]
    public async Task The_public_list_imports_with_its_repeated_numbers()
    {
        if (TestPaths.Shared("free-tv.m3u8") is not { } path)
            return;
        await using var bench = await StartAsync();

        var result = await bench.ImportAsync(await File.ReadAllTextAsync(path));

        Assert.Equal(2059, result.Counts.Entries);
        Assert.Equal(result.Counts.Live, result.Counts.Channels);
        Assert.Equal(result.Counts.Channels, await bench.NumberAsync("SELECT COUNT(*) FROM (SELECT DISTINCT number_major, number_minor FROM channels)"));
    }

    [Fact]
    public async Task No_spool_is_left_in_the_cache()
    {
        await using var bench = await StartAsync();

        await bench.ImportAsync(List("One|http://h/1"));

        Assert.Equal(["import.lock"], Directory.GetFiles(bench.Database.Folder.CacheFolder).Select(Path.GetFileName));
    }

    /// <summary>A playlist whose import is cancelled while it is read.</summary>
    private sealed class CancellingStream(CancellationTokenSource stop) : MemoryStream("#EXTM3U\n"u8.ToArray())
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await stop.CancelAsync();
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
