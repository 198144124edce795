using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PlexBridge.Storage;

/// <summary>
/// The appliance's SQLite file: one writing connection behind a semaphore, a few pooled reading ones. Thread-safe.
/// Owned by whoever opened it. Other processes (verbs) may have the same file open.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private const int ReaderLimit = 4;

    private readonly DatabaseOptions _options;
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _counter;
    private readonly SemaphoreSlim _writerTurn = new(1);
    private readonly SemaphoreSlim _readerTurn = new(ReaderLimit);
    private readonly SemaphoreSlim _counterTurn = new(1);
    private readonly ConcurrentBag<SqliteConnection> _idleReaders = [];

    private Database(DataFolder folder, DatabaseOptions options)
    {
        Folder = folder;
        _options = options;
        _writer = Open(cachePages: 1024, isReader: false);
        try
        {
            _counter = Open(cachePages: 8, isReader: true);
        }
        catch
        {
            _writer.Dispose();
            throw;
        }
    }

    public DataFolder Folder { get; }

    /// <summary>Opens the file, creating and migrating it as needed.</summary>
    /// <exception cref="StorageException">With a sentence for the user, for anything that stands in the way.</exception>
    public static async Task<Database> OpenAsync(DataFolder folder, DatabaseOptions? options = null, CancellationToken cancellationToken = default)
    {
        folder.Create();
        DataFolder.CreateFile(folder.DatabasePath);
        options ??= new DatabaseOptions();
        try
        {
            var database = new Database(folder, options);
            try
            {
                await database.MigrateAsync(cancellationToken);
                return database;
            }
            catch
            {
                await database.DisposeAsync();
                throw;
            }
        }
        catch (SqliteException fault) when (StorageFaults.IsKnown(fault))
        {
            throw StorageFaults.Explain(fault, folder);
        }
    }

    public async Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await _readerTurn.WaitAsync(cancellationToken);
        try
        {
            if (!_idleReaders.TryTake(out var reader)) reader = Open(cachePages: 256, isReader: true);
            try
            {
                return await read(reader, cancellationToken);
            }
            finally
            {
                _idleReaders.Add(reader);
            }
        }
        catch (SqliteException fault) when (StorageFaults.IsKnown(fault))
        {
            throw StorageFaults.Explain(fault, Folder);
        }
        finally
        {
            _readerTurn.Release();
        }
    }

    /// <summary>SQLite answers at once or not at all, so most readers need no await inside.</summary>
    public Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellationToken) =>
        ReadAsync((connection, _) => Task.FromResult(read(connection)), cancellationToken);

    /// <summary>
    /// Runs one writing transaction (BEGIN IMMEDIATE) and commits it; an exception rolls it back. Keep each under 50 ms:
    /// large work goes in batches under a run number.
    /// </summary>
    public async Task<T> WriteAsync<T>(
        Func<DbConnection, DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writerTurn.WaitAsync(cancellationToken);
        try
        {
            // Serializable is BEGIN IMMEDIATE here: two readers that both turn into writers would be a deadlock.
            await using var transaction = await _writer.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
            var result = await write(_writer, transaction, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        catch (SqliteException fault) when (StorageFaults.IsKnown(fault))
        {
            throw StorageFaults.Explain(fault, Folder);
        }
        finally
        {
            _writerTurn.Release();
        }
    }

    public Task<T> WriteAsync<T>(Func<DbConnection, T> write, CancellationToken cancellationToken) =>
        WriteAsync((connection, _, _) => Task.FromResult(write(connection)), cancellationToken);

    /// <summary>A number that differs from the last one once anything was committed, by this process or another.</summary>
    public async Task<long> ReadChangeCounterAsync(CancellationToken cancellationToken)
    {
        // data_version tells of other connections' commits only, hence a connection that never writes.
        await _counterTurn.WaitAsync(cancellationToken);
        try
        {
            return _counter.Number("PRAGMA data_version");
        }
        catch (SqliteException fault) when (StorageFaults.IsKnown(fault))
        {
            throw StorageFaults.Explain(fault, Folder);
        }
        finally
        {
            _counterTurn.Release();
        }
    }

    /// <summary>What SQLite finds wrong with the file; empty when it is sound.</summary>
    public Task<IReadOnlyList<string>> CheckIntegrityAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<string>>(connection =>
    {
        using var command = connection.Command("PRAGMA quick_check(10)");
        using var rows = command.ExecuteReader();
        var findings = new List<string>();
        while (rows.Read())
            if (rows.GetString(0) is var finding && finding != "ok")
                findings.Add(finding);
        return findings;
    }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _writerTurn.WaitAsync();
        for (var i = 0; i < ReaderLimit; i++) await _readerTurn.WaitAsync();
        await _counterTurn.WaitAsync();

        foreach (var reader in _idleReaders) await reader.DisposeAsync();
        await _counter.DisposeAsync();
        // The last to close: it moves what is left of the WAL into the file.
        await _writer.DisposeAsync();

        _writerTurn.Dispose();
        _readerTurn.Dispose();
        _counterTurn.Dispose();
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var newest = _options.Migrations.Count == 0 ? 0 : _options.Migrations[^1].Number;
        var version = Migrations.ReadVersion(_writer);
        if (version > newest)
            throw new StorageException(
                $"The database {Folder.DatabasePath} was written by a newer PlexBridge (schema {version}; this one knows up to {newest}). " +
                $"Install that version again, or put an older copy from {Folder.BackupsFolder} in its place.");
        if (version == newest) return;
        if (version > 0) BackUp(version);

        foreach (var migration in _options.Migrations)
            if (migration.Number > version)
                await WriteAsync(connection =>
                {
                    Migrations.Apply(connection, migration);
                    return true;
                }, cancellationToken);
    }

    private void BackUp(int version)
    {
        DataFolder.CreateFolder(Folder.BackupsFolder);
        var stamp = _options.TimeProvider.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var path = Path.Combine(Folder.BackupsFolder, $"plexbridge-{stamp}-schema{version}.db");
        // VACUUM INTO fills an empty file and keeps its mode; a full one means that this second has its copy already.
        if (File.Exists(path)) return;
        DataFolder.CreateFile(path);
        _writer.Execute("VACUUM INTO @path", ("@path", path));
    }

    private SqliteConnection Open(int cachePages, bool isReader)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Folder.DatabasePath,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            // The library's own retry loop around SQLite's busy handler: the same limit, so that they don't add up.
            DefaultTimeout = Math.Max(1, (int)_options.BusyTimeout.TotalSeconds),
        }.ConnectionString);
        try
        {
            connection.Open();
            connection.Execute(string.Create(CultureInfo.InvariantCulture,
                $"""
                 PRAGMA busy_timeout = {(long)_options.BusyTimeout.TotalMilliseconds};
                 PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = NORMAL;
                 PRAGMA foreign_keys = ON;
                 PRAGMA cache_size = {cachePages};
                 PRAGMA journal_size_limit = 4194304;
                 PRAGMA query_only = {(isReader ? "ON" : "OFF")};
                 """));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
