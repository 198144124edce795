using PlexBridge.Channels;
using PlexBridge.Settings;
using PlexBridge.Storage;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Tests.Storage;
using static PlexBridge.Tests.Channels.ChannelSeed;

namespace PlexBridge.Tests.Channels;

public sealed class ChannelStoreTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Database _database = null!;
    private ChannelStore _store = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(_folder.Data);
        _store = new ChannelStore(_database);
        await AddSourceAsync(_database, 1);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_lineup_has_the_enabled_channels_by_number()
    {
        await AddChannelAsync(_database, 1, 10, name: "Ten HD");
        await AddChannelAsync(_database, 2, 5, 1);
        await AddChannelAsync(_database, 3, 5);
        await AddChannelAsync(_database, 4, 1, isEnabled: false);

        var lineup = await ReadAsync();

        Assert.Equal(["5", "5.1", "10"], lineup.Channels.Select(channel => channel.Number.ToString()));
        Assert.Equal([false, false, true], lineup.Channels.Select(channel => channel.IsHd));
        Assert.Equal(3, lineup.EnabledCount);
        Assert.True(lineup.TryFind(new ChannelNumber(5, 1), out var found) && found.Id == new ChannelId(2));
        Assert.True(lineup.TryFind(new ChannelId(1), out _));
        Assert.False(lineup.TryFind(new ChannelNumber(1), out _));
    }

    [Fact]
    public async Task Over_the_limit_the_first_by_number_are_published_and_the_rest_is_counted()
    {
        for (var i = 1; i <= 12; i++) await AddChannelAsync(_database, i, 100 - i);

        var lineup = await ReadAsync(limit: 10);

        Assert.Equal(88, lineup.Channels[0].Number.Major);
        Assert.Equal(10, lineup.Channels.Length);
        Assert.Equal(12, lineup.EnabledCount);
        Assert.Equal(2, lineup.Omitted);
    }

    [Fact]
    public async Task Channels_of_a_run_that_is_not_current_yet_are_not_seen()
    {
        await AddChannelAsync(_database, 1, 1);
        await AddChannelAsync(_database, 2, 2, run: 7);

        var before = await ReadAsync();
        await WriteAsync(_database, "UPDATE sources SET current_run = 7");
        var after = await ReadAsync();

        Assert.Equal(1, before.EnabledCount);
        Assert.Equal(2, after.EnabledCount);
    }

    [Fact]
    public async Task A_channel_has_vanished_once_all_its_streams_have()
    {
        await AddChannelAsync(_database, 1, 1, vanishedAt: 5);
        await AddChannelAsync(_database, 2, 2, vanishedAt: 5);
        await AddStreamAsync(_database, 20);
        await AddBackupAsync(_database, 2, position: 1, stream: 20);

        var lineup = await ReadAsync();

        Assert.Equal([true, false], lineup.Channels.Select(channel => channel.IsVanished));
    }

    [Fact]
    public async Task Streams_come_primary_first_in_the_version_in_force()
    {
        await AddChannelAsync(_database, 1, 1);
        await AddStreamAsync(_database, 1, run: 2, url: "http://example.org/newer");
        await AddStreamAsync(_database, 1, run: 3, url: "http://example.org/not-yet");
        await AddStreamAsync(_database, 9);
        await AddBackupAsync(_database, 1, position: 1, stream: 9);
        await WriteAsync(_database, "UPDATE sources SET current_run = 2");

        var streams = await _store.ReadStreamsAsync(new ChannelId(1), CancellationToken.None);

        Assert.Equal(["http://example.org/newer", "http://example.org/9"], streams.Select(stream => stream.Url.Address));
        Assert.All(streams, stream => Assert.Equal(OutboundReach.PublicOnly, stream.Reach));
        Assert.All(streams, stream => Assert.Equal(2, stream.ConnectionLimit));
        Assert.DoesNotContain("newer", streams[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_s_headers_overrule_its_source_s()
    {
        await AddSourceAsync(_database, 2, mayReachPrivate: true, headers: """{"Referer":"http://a/","X-Source":"1"}""", userAgent: "Player");
        await AddStreamAsync(_database, 1, source: 2, headers: """{"referer":"http://b/","Cookie":"c=d"}""");
        await WriteAsync(_database, "INSERT INTO channels (id, source_id, run, number_major, name) VALUES (1, 2, 1, 1, 'One')");
        await AddBackupAsync(_database, 1, position: 0, stream: 1);

        var stream = Assert.Single(await _store.ReadStreamsAsync(new ChannelId(1), CancellationToken.None));

        Assert.Equal(OutboundReach.PrivateToo, stream.Reach);
        Assert.Equal("Player", stream.Headers["User-Agent"]);
        Assert.Equal("http://b/", stream.Headers["Referer"]);
        Assert.Equal("1", stream.Headers["X-Source"]);
        Assert.Equal("c=d", stream.Headers["Cookie"]);
        Assert.Equal(4, stream.Headers.Pairs.Count);
    }

    [Fact]
    public async Task Long_lists_come_page_by_page_and_whole()
    {
        await _database.WriteAsync(connection =>
        {
            for (var i = 1; i <= 2500; i++)
                connection.Execute("INSERT INTO channels (id, source_id, run, number_major, number_minor, name, enabled) VALUES (@id, 1, 1, @major, @minor, 'x', @enabled)",
                    ("@id", i), ("@major", 1 + (i / 10)), ("@minor", i % 10), ("@enabled", i % 5 == 0 ? 0 : 1));
            return true;
        }, CancellationToken.None);

        var enabled = new List<ChannelNumber>();
        await foreach (var channel in _store.ReadEnabledAsync(CancellationToken.None)) enabled.Add(channel.Number);
        var all = 0;
        await foreach (var _ in _store.ReadAllAsync(group: null, CancellationToken.None)) all++;

        Assert.Equal(2000, enabled.Count);
        Assert.Equal(enabled.Order(), enabled);
        Assert.Equal(2500, all);
    }

    [Fact]
    public async Task Groups_come_with_counts()
    {
        await AddChannelAsync(_database, 1, 1, group: "News");
        await AddChannelAsync(_database, 2, 2, group: "News", isEnabled: false);
        await AddChannelAsync(_database, 3, 3, group: "Sport");

        Assert.Equal([new("News", 2, 1), new("Sport", 1, 1)], await _store.ReadGroupsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Only_a_reload_that_changes_something_is_announced()
    {
        var holder = new SettingsHolder(SettingsSnapshot.Defaults);
        using var publisher = new LineupPublisher(_store, holder);
        var announced = 0;
        publisher.Changed += _ => announced++;
        await AddChannelAsync(_database, 1, 1);

        await publisher.ReloadAsync(CancellationToken.None);
        await publisher.ReloadAsync(CancellationToken.None);

        Assert.Equal(1, announced);
        Assert.Single(publisher.Current.Channels);
        Assert.Equal(480, publisher.Current.Limit);
    }

    private Task<Lineup> ReadAsync(int limit = 480) => _store.ReadLineupAsync(limit, CancellationToken.None);
}
