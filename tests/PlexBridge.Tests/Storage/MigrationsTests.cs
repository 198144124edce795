using PlexBridge.Storage;

namespace PlexBridge.Tests.Storage;

public sealed class MigrationsTests : IDisposable
{
    private static readonly Migration First = new(1, "0001-first.sql", "CREATE TABLE a (x INTEGER)");
    private static readonly Migration Second = new(2, "0002-second.sql", "CREATE TABLE b (y INTEGER); INSERT INTO b VALUES (7)");
    private static readonly Migration Broken = new(3, "0003-broken.sql", "CREATE TABLE c (z INTEGER); INSERT INTO nowhere VALUES (1)");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Numbers_are_contiguous_from_one()
    {
        Assert.NotEmpty(Migrations.All);
        Assert.Equal(Enumerable.Range(1, Migrations.All.Count), Migrations.All.Select(migration => migration.Number));
        Assert.All(Migrations.All, migration => Assert.Matches("^[0-9]{4}-[a-z0-9-]+[.]sql$", migration.Name));
    }

    [Fact]
    public async Task A_new_database_gets_every_step_and_no_backup()
    {
        await using var database = await OpenAsync(First, Second);

        Assert.Equal(2, await VersionAsync(database));
        Assert.False(Directory.Exists(_folder.Data.BackupsFolder));
    }

    [Fact]
    public async Task An_existing_database_is_copied_before_its_first_change()
    {
        await using (var old = await OpenAsync(First))
            await old.WriteAsync(connection => connection.Execute("INSERT INTO a VALUES (42)"), CancellationToken.None);

        await using (var migrated = await OpenAsync(First, Second))
            Assert.Equal(7, await migrated.ReadAsync(connection => connection.Number("SELECT y FROM b"), CancellationToken.None));

        var backup = Assert.Single(Directory.GetFiles(_folder.Data.BackupsFolder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup));
        File.Delete(_folder.Data.DatabasePath);
        File.Copy(backup, _folder.Data.DatabasePath);
        await using var restored = await OpenAsync(First);
        Assert.Equal(1, await VersionAsync(restored));
        Assert.Equal(42, await restored.ReadAsync(connection => connection.Number("SELECT x FROM a"), CancellationToken.None));
    }

    [Fact]
    public async Task Opening_again_changes_and_copies_nothing()
    {
        await using (await OpenAsync(First, Second)) { }

        await using var again = await OpenAsync(First, Second);

        Assert.Equal(2, await VersionAsync(again));
        Assert.False(Directory.Exists(_folder.Data.BackupsFolder));
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_steps_before_it()
    {
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => OpenAsync(First, Second, Broken));

        await using var database = await OpenAsync(First, Second);
        Assert.Equal(2, await VersionAsync(database));
        Assert.Equal(0, await database.ReadAsync(
            connection => connection.Number("SELECT COUNT(*) FROM sqlite_master WHERE name = 'c'"), CancellationToken.None));
    }

    [Fact]
    public async Task A_newer_database_is_refused_and_left_alone()
    {
        await using (await OpenAsync(First, Second)) { }

        var refused = await Assert.ThrowsAsync<StorageException>(() => OpenAsync(First));

        Assert.Contains("newer PlexBridge (schema 2; this one knows up to 1)", refused.Message, StringComparison.Ordinal);
        await using var database = await OpenAsync(First, Second);
        Assert.Equal(2, await VersionAsync(database));
    }

    [Fact]
    public async Task Two_programs_that_start_at_once_migrate_once()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => OpenAsync(First, Second))));

        foreach (var database in opened)
        {
            Assert.Equal(1, await database.ReadAsync(connection => connection.Number("SELECT COUNT(*) FROM b"), CancellationToken.None));
            await database.DisposeAsync();
        }
    }

    private static Task<long> VersionAsync(Database database) =>
        database.ReadAsync(connection => connection.Number("PRAGMA user_version"), CancellationToken.None);

    private Task<Database> OpenAsync(params Migration[] migrations) =>
        Database.OpenAsync(_folder.Data, new DatabaseOptions { Migrations = migrations });
}
