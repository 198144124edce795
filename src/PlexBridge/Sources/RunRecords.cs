using PlexBridge.Channels;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>The rows that tell of each run.</summary>
internal sealed class RunRecords(Database database, TimeProvider time)
{
    private const int KeptPerSource = 50;

    /// <summary>A run number above all others, with its row.</summary>
    public Task<long> BeginAsync(SourceId source, CancellationToken cancellationToken) => database.WriteAsync(connection =>
    {
        // Not below a source's run in force either: its row may be gone.
        var run = Math.Max(connection.Number("SELECT MAX(id) FROM runs"), connection.Number("SELECT MAX(current_run) FROM sources")) + 1;
        connection.Execute("INSERT INTO runs (id, source_id, started, outcome) VALUES (@run, @source, @now, 'running')",
            ("@run", run), ("@source", source.Value), ("@now", time.GetUtcNow().UtcTicks));
        connection.Execute("DELETE FROM runs WHERE source_id = @source AND id <= (SELECT id FROM runs WHERE source_id = @source ORDER BY id DESC LIMIT 1 OFFSET @kept)",
            ("@source", source.Value), ("@kept", KeptPerSource));
        return run;
    }, cancellationToken);

    public Task EndAsync(long run, ImportOutcome outcome, string message, ImportCounts counts, CancellationToken cancellationToken) => database.WriteAsync(connection => connection.Execute(
        """
        UPDATE runs SET finished = @now, outcome = @outcome, message = @message, entries = @entries, channels = @channels,
            added = @added, changed = @changed, vanished = @vanished, returned = @returned, ignored = @ignored
        WHERE id = @run
        """,
        ("@now", time.GetUtcNow().UtcTicks), ("@outcome", Word(outcome)), ("@message", message), ("@entries", counts.Entries), ("@channels", counts.Channels),
        ("@added", counts.Added), ("@changed", counts.Changed), ("@vanished", counts.Vanished), ("@returned", counts.Returned),
        ("@ignored", counts.Films + counts.Series + counts.NoStream + counts.Skipped), ("@run", run)), cancellationToken);

    /// <summary>All of a run is done: from now on the same content is known as unchanged.</summary>
    public Task RememberContentAsync(SourceId source, long run, FetchResult.Fetched content, CancellationToken cancellationToken) => database.WriteAsync(connection =>
    {
        connection.Execute("UPDATE sources SET content_hash = @hash, etag = @etag, last_modified = @modified WHERE id = @source AND current_run = @run",
            ("@hash", content.Hash), ("@etag", content.ETag), ("@modified", content.LastModified), ("@source", source.Value), ("@run", run));
        return connection.Execute("UPDATE runs SET outcome = 'applied' WHERE source_id = @source AND outcome = 'running' AND id <= @run", ("@source", source.Value), ("@run", run));
    }, cancellationToken);

    /// <summary>The counts of the last run that knew them; those of changes are zero.</summary>
    public Task<ImportCounts> ReadLastCountsAsync(SourceId source, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var command = connection.Command(
            "SELECT entries FROM runs WHERE source_id = @source AND outcome IN ('applied', 'unchanged') ORDER BY id DESC LIMIT 1", ("@source", source.Value));
        using var rows = command.ExecuteReader();
        return rows.Read() ? new ImportCounts { Entries = rows.GetInt32(0) } : new ImportCounts();
    }, cancellationToken);

    private static string Word(ImportOutcome outcome) => outcome switch
    {
        ImportOutcome.Applied => "applied",
        ImportOutcome.Unchanged => "unchanged",
        ImportOutcome.Refused => "refused",
        _ => "failed",
    };
}
