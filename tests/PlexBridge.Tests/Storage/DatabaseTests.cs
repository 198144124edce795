using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using PlexBridge.Storage;

namespace PlexBridge.Tests.Storage;

public sealed class DatabaseTests : IDisposable
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly DatabaseOptions Impatient = new() { BusyTimeout = TimeSpan.FromSeconds(1) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task First_opening_makes_folder_and_file_for_the_owner_alone()
    {
        await using var database = await Database.OpenAsync(_folder.Data);
        await PutAsync(database, "a", "1");

        Assert.Equal(OwnerReadWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Data.Path));
        Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(_folder.Data.DatabasePath));
        Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(_folder.Data.DatabasePath + "-wal"));
        Assert.False(Directory.Exists(_folder.Data.BackupsFolder));
    }

    [Theory]
    [InlineData("PRAGMA journal_mode", "wal")]
    [InlineData("PRAGMA synchronous", "1")]
    [InlineData("PRAGMA foreign_keys", "1")]
    [InlineData("PRAGMA busy_timeout", "10000")]
    public async Task Every_connection_has_the_same_pragmas(string pragma, string expected)
    {
        await using var database = await Database.OpenAsync(_folder.Data);

        Assert.Equal(expected, await database.WriteAsync(Ask, CancellationToken.None));
        Assert.Equal(expected, await database.ReadAsync(Ask, CancellationToken.None));

        string Ask(DbConnection connection)
        {
            using var command = connection.Command(pragma);
            return command.ExecuteScalar()!.ToString()!;
        }
    }

    [Fact]
    public async Task What_was_written_is_there_after_reopening()
    {
        await using (var first = await Database.OpenAsync(_folder.Data)) await PutAsync(first, "a", "1");

        await using var second = await Database.OpenAsync(_folder.Data);

        Assert.Equal("1", await GetAsync(second, "a"));
    }

    [Fact]
    public async Task A_failed_write_leaves_nothing_behind_and_the_writer_usable()
    {
        await using var database = await Database.OpenAsync(_folder.Data);

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync<bool>(connection =>
        {
            connection.Execute("INSERT INTO settings VALUES ('a', '1')");
            throw new InvalidOperationException("on purpose");
        }, CancellationToken.None));
        await PutAsync(database, "b", "2");

        Assert.Null(await GetAsync(database, "a"));
        Assert.Equal("2", await GetAsync(database, "b"));
    }

    [Fact]
    public async Task Readers_go_on_while_the_writer_is_busy()
    {
        await using var database = await Database.OpenAsync(_folder.Data);
        var isInside = new TaskCompletionSource();
        var mayEnd = new TaskCompletionSource();

        var writing = database.WriteAsync(async (connection, _, _) =>
        {
            connection.Execute("INSERT INTO settings VALUES ('a', '1')");
            isInside.SetResult();
            await mayEnd.Task;
            return true;
        }, CancellationToken.None);
        await isInside.Task;
        var before = await GetAsync(database, "a");
        mayEnd.SetResult();
        await writing;

        Assert.Null(before);
        Assert.Equal("1", await GetAsync(database, "a"));
    }

    [Fact]
    public async Task Readers_cannot_write()
    {
        await using var database = await Database.OpenAsync(_folder.Data);

        var refused = await Assert.ThrowsAsync<StorageException>(() =>
            database.ReadAsync(connection => connection.Execute("DELETE FROM settings"), CancellationToken.None));

        Assert.Contains("read-only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_readers_than_connections_take_turns()
    {
        await using var database = await Database.OpenAsync(_folder.Data);
        await PutAsync(database, "a", "1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => GetAsync(database, "a")));

        Assert.All(answers, answer => Assert.Equal("1", answer));
    }

    [Fact]
    public async Task Two_programs_write_beside_each_other()
    {
        await using var one = await Database.OpenAsync(_folder.Data);
        await using var two = await Database.OpenAsync(_folder.Data);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => PutAsync(i % 2 == 0 ? one : two, $"key{i}", "x")));

        Assert.Equal(100, await one.ReadAsync(connection => connection.Number("SELECT COUNT(*) FROM settings"), CancellationToken.None));
    }

    [Fact]
    public async Task The_change_counter_tells_of_other_programs_and_of_own_writes()
    {
        await using var mine = await Database.OpenAsync(_folder.Data);
        await using var other = await Database.OpenAsync(_folder.Data);
        var first = await mine.ReadChangeCounterAsync(CancellationToken.None);

        await PutAsync(other, "a", "1");
        var second = await mine.ReadChangeCounterAsync(CancellationToken.None);
        await PutAsync(mine, "b", "1");
        var third = await mine.ReadChangeCounterAsync(CancellationToken.None);

        Assert.NotEqual(first, second);
        Assert.NotEqual(second, third);
        Assert.Equal(third, await mine.ReadChangeCounterAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_locked_database_is_told_from_a_broken_one()
    {
        await using var database = await Database.OpenAsync(_folder.Data, Impatient);
        await using var rival = new SqliteConnection($"Data Source={_folder.Data.DatabasePath};Pooling=False");
        await rival.OpenAsync();
        rival.Execute("BEGIN IMMEDIATE");

        var refused = await Assert.ThrowsAsync<StorageException>(() => PutAsync(database, "a", "1"));

        Assert.Contains("locked by another program", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_refused_with_a_remedy()
    {
        _folder.Data.Create();
        await File.WriteAllTextAsync(_folder.Data.DatabasePath, string.Concat(Enumerable.Repeat("this is no database ", 500)));

        var refused = await Assert.ThrowsAsync<StorageException>(() => Database.OpenAsync(_folder.Data));

        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Data.BackupsFolder, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_in_the_middle_of_the_file_is_found_by_the_check()
    {
        await using (var database = await Database.OpenAsync(_folder.Data))
        {
            for (var i = 0; i < 200; i++) await PutAsync(database, $"key{i}", new string('x', 500));
            Assert.Empty(await database.CheckIntegrityAsync(CancellationToken.None));
        }

        await using (var file = File.OpenWrite(_folder.Data.DatabasePath))
        {
            file.Position = file.Length - 20_000;
            file.Write(Enumerable.Repeat((byte)0x5A, 12_000).ToArray());
        }

        await using var damaged = await Database.OpenAsync(_folder.Data);
        Assert.NotEmpty(await damaged.CheckIntegrityAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named_with_a_remedy()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Parent, "file"), "");
        var inside = new DataFolder(Path.Combine(_folder.Parent, "file", "data"));

        var refused = await Assert.ThrowsAsync<StorageException>(() => Database.OpenAsync(inside));

        Assert.Contains(inside.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--data", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_costs_the_change_and_nothing_else()
    {
        await using var database = await Database.OpenAsync(_folder.Data);
        await PutAsync(database, "kept", "1");
        // A database at its page limit reports just what a full disk does.
        await database.WriteAsync(connection => connection.Number("PRAGMA max_page_count = 1"), CancellationToken.None);

        var refused = await Assert.ThrowsAsync<StorageException>(() => PutAsync(database, "large", new string('x', 1_000_000)));

        Assert.Contains("full", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1", await GetAsync(database, "kept"));
        Assert.Null(await GetAsync(database, "large"));
    }

    [Fact]
    public void The_library_says_its_version()
    {
        Trace.WriteLine(SqliteLibrary.Version);

        Assert.StartsWith("3.", SqliteLibrary.Version, StringComparison.Ordinal);
    }

    private static Task<int> PutAsync(Database database, string key, string value) => database.WriteAsync(connection =>
        connection.Execute("INSERT INTO settings (key, value) VALUES (@key, @value)", ("@key", key), ("@value", value)), CancellationToken.None);

    private static Task<string?> GetAsync(Database database, string key) => database.ReadAsync(connection =>
        connection.Text("SELECT value FROM settings WHERE key = @key", ("@key", key)), CancellationToken.None);
}
