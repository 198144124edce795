using PlexBridge.Dashboard;
using PlexBridge.Storage;
using PlexBridge.Tests.Storage;
using PlexBridge.Web.Admin;

namespace PlexBridge.Tests.Dashboard;

public sealed class SourceImportReaderTests : IDisposable
{
    private static readonly DateTimeOffset Finished = new(2026, 3, 1, 20, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Last_run_of_each_source_is_read()
    {
        await using var database = await Database.OpenAsync(_folder.Data);
        await database.WriteAsync(connection =>
        {
            connection.Execute("INSERT INTO sources (id, kind, name, location, priority) VALUES (1, 'm3u', 'second', '/srv/list.m3u', 2), (2, 'm3u', 'first', '-', 1), (3, 'm3u', 'third', 'https://example.org/get.php?username=bob&password=secret', 3)");
            connection.Execute("INSERT INTO runs (source_id, started, outcome) VALUES (1, 1, 'failed')");
            connection.Execute(
                "INSERT INTO runs (source_id, started, finished, outcome, entries, channels, added, ignored) VALUES (1, 1, @finished, 'applied', 20, 18, 3, 2)",
                ("@finished", Finished.UtcTicks));
            return connection.Execute("INSERT INTO runs (source_id, started, outcome, message) VALUES (3, 1, 'refused', 'It shrank.')");
        }, CancellationToken.None);

        var sources = await new SourceImportReader(database).ReadAsync(CancellationToken.None);

        Assert.Equal(["first", "second", "third"], sources.Select(source => source.Name));
        Assert.Equal([ImportOutcome.Never, ImportOutcome.Applied, ImportOutcome.Refused], sources.Select(source => source.Outcome));
        Assert.Equal(new ImportCounts(20, 18, 3, 0, 0, 2), sources[1].Counts);
        Assert.Equal(Finished, sources[1].ImportedAt);
        Assert.Equal("It shrank.", sources[2].Message);
    }

    [Fact]
    public async Task Credentials_of_an_address_are_not_shown()
    {
        await using var database = await Database.OpenAsync(_folder.Data);
        await database.WriteAsync(
            connection => connection.Execute("INSERT INTO sources (kind, name, location) VALUES ('m3u', 'a', 'http://bob:secret@example.org/bob/secret/list')"),
            CancellationToken.None);

        var source = Assert.Single(await new SourceImportReader(database).ReadAsync(CancellationToken.None));

        Assert.Contains("example.org", source.Place, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", source.Place, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", source.Place, StringComparison.Ordinal);
    }
}
