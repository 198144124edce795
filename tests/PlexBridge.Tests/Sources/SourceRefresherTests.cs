using Microsoft.Extensions.Logging.Abstractions;
using PlexBridge.Sources;
using PlexBridge.Testing;
using static PlexBridge.Tests.Sources.ImportBench;

namespace PlexBridge.Tests.Sources;

public sealed class SourceRefresherTests
{
    [Fact]
    public async Task A_source_is_refreshed_after_its_interval_and_sooner_after_a_failure()
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        source.On("/l", Answers.InTurn(Answers.Text(List("One|http://h/1")), Answers.Text(List("One|http://h/1", "Two|http://h/2")), Answers.Status(500), Answers.Text(List("One|http://h/1"))));
        await bench.ImportUrlAsync(source.Url("/l"));
        var published = 0;
        using var refresher = new SourceRefresher(bench.Database, bench.Settings, _ => Task.FromResult(++published), bench.Clock, NullLogger<SourceRefresher>.Instance);

        bench.Clock.Advance(TimeSpan.FromHours(10));
        Assert.Equal(0, await refresher.RefreshDueAsync(CancellationToken.None));
        bench.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal(1, await refresher.RefreshDueAsync(CancellationToken.None));
        Assert.Equal(1, published);

        bench.Clock.Advance(TimeSpan.FromHours(14));
        await refresher.RefreshDueAsync(CancellationToken.None);
        Assert.Equal(2, (await bench.ChannelsAsync()).Count);
        bench.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(1, await refresher.RefreshDueAsync(CancellationToken.None));
        Assert.Equal(4, source.Received.Count);
    }

    [Fact]
    public async Task What_came_by_stdin_is_left_alone()
    {
        await using var bench = await StartAsync();
        using var input = new MemoryStream("#EXTM3U\n#EXTINF:-1,One\nhttp://h/1\n"u8.ToArray());
        await bench.Import.ImportAsync(new SourceDefinition("-"), false, input, CancellationToken.None);
        using var refresher = new SourceRefresher(bench.Database, bench.Settings, _ => Task.CompletedTask, bench.Clock, NullLogger<SourceRefresher>.Instance);

        bench.Clock.Advance(TimeSpan.FromDays(30));

        Assert.Equal(0, await refresher.RefreshDueAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(0, 0.0, 10.8 * 60)]
    [InlineData(0, 1.0, 13.2 * 60)]
    [InlineData(1, 0.5, 5)]
    [InlineData(3, 0.5, 20)]
    [InlineData(50, 0.5, 12 * 60)]
    public void The_pause_has_jitter_and_backs_off(int failures, double chance, double minutes) =>
        Assert.Equal(minutes, RefreshPause.After(TimeSpan.FromHours(12), failures, chance).TotalMinutes, 3);
}
