using PlexBridge.Dashboard;
using PlexBridge.Storage;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Dashboard;

public sealed class DashboardFeedTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Nothing_new_keeps_the_revision()
    {
        await using var host = await PageHost.StartAsync();
        using var feed = new DashboardFeed(PageHost.Inputs(host), _time);

        var first = await feed.LookAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(5));
        var second = await feed.LookAsync(CancellationToken.None);

        Assert.NotSame(first, second);
        Assert.Equal(first.Revision, second.Revision);
        Assert.Equal(first.Contents.Select(content => content.Revision), second.Contents.Select(content => content.Revision));
    }

    [Fact]
    public async Task Only_the_part_that_changed_gets_a_new_revision()
    {
        await using var host = await PageHost.StartAsync();
        using var feed = new DashboardFeed(PageHost.Inputs(host), _time);
        var first = await feed.LookAsync(CancellationToken.None);

        host.DiscoveryFault = "UDP port 65001 is taken.";
        _time.Advance(DashboardFeed.Pace);
        var second = await feed.LookAsync(CancellationToken.None);

        Assert.Equal([Topic.Warnings], second.Contents.Where(content => content.Revision > first.Revision).Select(content => content.Topic));
    }

    [Fact]
    public async Task Unreadable_database_is_a_warning_and_the_rest_stays()
    {
        await using var host = await PageHost.StartAsync();
        host.Lineup = PageHost.LineupOf(("1", "One", "News"));
        using var feed = new DashboardFeed(
            PageHost.Inputs(host) with { ReadSourcesAsync = _ => throw new StorageException("The database is damaged.") }, _time);

        var parts = (await feed.LookAsync(CancellationToken.None)).Parts;

        Assert.Equal("The database is damaged.", Assert.Single(parts.Warnings).Detail);
        Assert.Equal(1, parts.Lineup.PublishedCount);
    }

    [Fact]
    public async Task However_many_look_within_the_pace_see_one_state()
    {
        await using var host = await PageHost.StartAsync();
        using var feed = new DashboardFeed(PageHost.Inputs(host), _time);

        var first = await feed.LookAsync(CancellationToken.None);
        host.DiscoveryFault = "UDP port 65001 is taken.";

        Assert.Same(first, await feed.LookAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Mark_of_another_run_means_that_nothing_was_seen()
    {
        await using var host = await PageHost.StartAsync();
        using var feed = new DashboardFeed(PageHost.Inputs(host), _time);

        Assert.Equal(7, feed.RevisionOf(feed.Mark(7)));
        Assert.Equal(0, feed.RevisionOf("00000000-7"));
        Assert.Equal(0, feed.RevisionOf(feed.RunName + "--7"));
        Assert.Equal(0, feed.RevisionOf(null));
    }
}
