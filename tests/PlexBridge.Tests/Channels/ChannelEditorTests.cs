using PlexBridge.Channels;
using PlexBridge.Storage;
using PlexBridge.Tests.Storage;
using static PlexBridge.Tests.Channels.ChannelSeed;

namespace PlexBridge.Tests.Channels;

public sealed class ChannelEditorTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Database _database = null!;
    private ChannelEditor _editor = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(_folder.Data);
        _editor = new ChannelEditor(_database);
        await AddSourceAsync(_database, 1);
        await AddChannelAsync(_database, 1, 5, name: "Five", group: "News");
        await AddChannelAsync(_database, 2, 5, 1, name: "Five dot one", group: "News");
        await AddChannelAsync(_database, 3, 9, name: "Nine", group: "Sport", isEnabled: false);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_edit_changes_what_it_names_and_marks_just_that()
    {
        var result = await EditAsync("5.1", new ChannelEdit { Number = new ChannelNumber(77, 2), Name = " Renamed " });

        Assert.Equal(new ChannelEditResult(1, null), result);
        Assert.Equal(1, await AskAsync(_database,
            """
            SELECT COUNT(*) FROM channels WHERE id = 2 AND number_major = 77 AND number_minor = 2 AND name = 'Renamed'
            AND number_edited = 1 AND name_edited = 1 AND enabled_edited = 0 AND streams_edited = 0
            """));
    }

    [Fact]
    public async Task A_taken_number_is_refused_with_its_owner()
    {
        var result = await EditAsync("5", new ChannelEdit { Number = new ChannelNumber(9) });

        Assert.Equal(0, result.Changed);
        Assert.Contains("taken by Nine (id 3), which is disabled", result.Problem, StringComparison.Ordinal);
        Assert.Contains("channels set id:3 --number", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_own_number_is_no_conflict() =>
        Assert.Null((await EditAsync("5", new ChannelEdit { Number = new ChannelNumber(5) })).Problem);

    [Theory]
    [InlineData("5", 1)]
    [InlineData("1", 1)]
    [InlineData("id:2", 2)]
    [InlineData("9", 3)]
    public async Task A_number_goes_before_an_id(string named, long id)
    {
        Assert.Null((await EditAsync(named, new ChannelEdit { Name = "Edited" })).Problem);

        Assert.Equal(id, await AskAsync(_database, "SELECT id FROM channels WHERE name = 'Edited'"));
    }

    [Theory]
    [InlineData("4711")]
    [InlineData("id:5")]
    [InlineData("rubbish")]
    public async Task An_unknown_channel_is_named(string named) =>
        Assert.Contains(named, (await EditAsync(named, new ChannelEdit { Name = "x" })).Problem, StringComparison.Ordinal);

    [Fact]
    public async Task Streams_are_replaced_in_the_given_order()
    {
        var result = await EditAsync("5", new ChannelEdit { Streams = [new StreamId(3), new StreamId(1)] });

        Assert.Null(result.Problem);
        var streams = await new ChannelStore(_database).ReadStreamsAsync(new ChannelId(1), CancellationToken.None);
        Assert.Equal([3, 1], streams.Select(stream => stream.Id.Value));
        Assert.Equal(1, await AskAsync(_database, "SELECT streams_edited FROM channels WHERE id = 1"));
    }

    [Fact]
    public async Task Unknown_or_repeated_streams_are_refused()
    {
        Assert.Contains("no stream with the id 99", (await EditAsync("5", new ChannelEdit { Streams = [new StreamId(99)] })).Problem, StringComparison.Ordinal);
        Assert.Contains("only once", (await EditAsync("5", new ChannelEdit { Streams = [new StreamId(1), new StreamId(1)] })).Problem, StringComparison.Ordinal);
        Assert.Contains("at least one", (await EditAsync("5", new ChannelEdit { Streams = [] })).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_is_switched_as_a_whole()
    {
        Assert.Equal(2, (await _editor.EnableAsync("News", isEnabled: false, CancellationToken.None)).Changed);

        Assert.Equal(0, await AskAsync(_database, "SELECT SUM(enabled) FROM channels"));
        Assert.Equal(2, await AskAsync(_database, "SELECT SUM(enabled_edited) FROM channels"));
    }

    [Fact]
    public async Task All_channels_are_switched_in_batches()
    {
        await _database.WriteAsync(connection =>
        {
            for (var i = 100; i < 12_000; i++)
                connection.Execute("INSERT INTO channels (id, source_id, run, number_major, name) VALUES (@id, 1, 1, @id, 'x')", ("@id", i));
            return true;
        }, CancellationToken.None);

        Assert.Equal(11_903, (await _editor.EnableAsync(group: null, isEnabled: true, CancellationToken.None)).Changed);

        Assert.Equal(11_903, await AskAsync(_database, "SELECT SUM(enabled) FROM channels"));
    }

    [Fact]
    public async Task A_mistyped_group_gets_a_suggestion() =>
        Assert.Contains("Did you mean 'Sport'?", (await _editor.EnableAsync("Sprot", isEnabled: true, CancellationToken.None)).Problem, StringComparison.Ordinal);

    private Task<ChannelEditResult> EditAsync(string named, ChannelEdit edit) => _editor.EditAsync(named, edit, CancellationToken.None);
}
