using PlexBridge.Sources;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Tests.Sources;

public sealed class SourceStoreTests
{
    [Fact]
    public async Task A_source_is_found_by_name_and_by_id_and_known_again_by_its_location()
    {
        await using var bench = await ImportBench.StartAsync();
        var store = new SourceStore(bench.Database, bench.Clock);
        var (made, isNew) = await store.FindOrAddAsync(new SourceDefinition("http://a.example/list.m3u", "A"), OutboundReach.PublicOnly, default);
        var (again, isNewAgain) = await store.FindOrAddAsync(new SourceDefinition("http://a.example/list.m3u"), OutboundReach.PublicOnly, default);

        Assert.True(isNew);
        Assert.False(isNewAgain);
        Assert.Equal(made.Id, again.Id);
        Assert.Equal(made.Id, (await store.FindAsync("A", default))?.Id);
        Assert.Equal(made.Id, (await store.FindAsync(made.Id.ToString(), default))?.Id);
        Assert.Null(await store.FindAsync("B", default));
    }

    [Fact]
    public async Task What_came_by_stdin_is_not_refreshed_by_itself_and_new_sources_are_due_at_once()
    {
        await using var bench = await ImportBench.StartAsync();
        var store = new SourceStore(bench.Database, bench.Clock);
        await store.FindOrAddAsync(new SourceDefinition(Source.StandardInput, "piped"), OutboundReach.PrivateToo, default);
        var (listed, _) = await store.FindOrAddAsync(new SourceDefinition("http://a.example/list.m3u", "A"), OutboundReach.PublicOnly, default);

        Assert.Equal("A", Assert.Single(await store.ReadRefreshableAsync(default)).Name);
        Assert.True(Assert.Single(await store.ReadDueTimesAsync(default)).Due < bench.Clock.GetUtcNow());

        var next = bench.Clock.GetUtcNow().AddHours(12);
        await store.SetNextRefreshAsync(listed.Id, next, default);
        Assert.Equal(next, Assert.Single(await store.ReadDueTimesAsync(default)).Due);
    }

    [Fact]
    public async Task A_changed_definition_has_everything_looked_at_again_and_keeps_what_is_not_said()
    {
        await using var bench = await ImportBench.StartAsync();
        var store = new SourceStore(bench.Database, bench.Clock);
        var (made, _) = await store.FindOrAddAsync(new SourceDefinition("http://a.example/list.m3u", "A", Groups: ["News"], Merge: SourceMerge.ByName), OutboundReach.PublicOnly, default);
        await bench.ExecuteAsync("UPDATE sources SET content_hash = 'x', etag = 'y'");

        var same = await store.FindAsync(made.Id, new SourceDefinition("http://a.example/list.m3u", "A"), default);
        Assert.Equal("x", same!.ContentHash);
        Assert.Equal(["News"], same.Groups!);

        var changed = await store.FindAsync(made.Id, new SourceDefinition("http://a.example/list.m3u", "A", Groups: ["Sport"]), default);
        Assert.Null(changed!.ContentHash);
        Assert.Null(changed.ETag);
        Assert.Equal(["Sport"], changed.Groups!);
        Assert.Equal(SourceMerge.ByName, changed.Merge);
    }

    [Fact]
    public async Task Only_a_source_that_never_came_into_force_is_forgotten()
    {
        await using var bench = await ImportBench.StartAsync();
        var store = new SourceStore(bench.Database, bench.Clock);
        await bench.ImportAsync(ImportBench.List("One|http://a.example/1.ts"));
        var (fresh, _) = await store.FindOrAddAsync(new SourceDefinition("http://b.example/list.m3u", "B"), OutboundReach.PublicOnly, default);

        await store.ForgetAsync(fresh.Id, default);
        await store.ForgetAsync((await store.FindAsync("list", default))!.Id, default);

        Assert.Null(await store.FindAsync("B", default));
        Assert.NotNull(await store.FindAsync("list", default));
    }
}
