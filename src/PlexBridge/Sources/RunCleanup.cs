using PlexBridge.Channels;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>Puts right what a killed run left behind. The caller holds the <see cref="ImportLock"/>.</summary>
internal sealed class RunCleanup(Database database, TimeProvider time)
{
    private readonly Batches _batches = new(database, time);

    /// <summary>All sources and the cache; for the start of the appliance and before a run.</summary>
    public async Task CleanAllAsync(CancellationToken cancellationToken)
    {
        PlaylistSpool.DeleteLeftovers(database.Folder);
        var sources = await database.ReadAsync(connection =>
        {
            using var command = connection.Command("SELECT source_id FROM runs WHERE outcome = 'running' UNION SELECT id FROM sources WHERE current_run = 0");
            using var rows = command.ExecuteReader();
            var found = new List<SourceId>();
            while (rows.Read())
                found.Add(new SourceId(rows.GetInt64(0)));
            return found;
        }, cancellationToken);
        foreach (var source in sources)
        {
            await CleanAsync(source, cancellationToken);
            // One that was killed before its run began.
            await ForgetAsync(source, cancellationToken);
        }
    }

    /// <summary>Deletes what runs wrote that never came into force, and a source whose very first run was killed.</summary>
    /// <returns>True where a run came into force but was killed before its channels were brought up to date.</returns>
    public async Task<bool> CleanAsync(SourceId source, CancellationToken cancellationToken)
    {
        var (isKilled, isUnfinished, current) = await database.ReadAsync(connection =>
        {
            var inForce = connection.Number("SELECT current_run FROM sources WHERE id = @source", ("@source", source.Value));
            return (
                connection.Number("SELECT COUNT(*) FROM runs WHERE source_id = @source AND outcome = 'running' AND id > @run", ("@source", source.Value), ("@run", inForce)) > 0,
                connection.Number("SELECT COUNT(*) FROM runs WHERE source_id = @source AND outcome = 'running' AND id <= @run", ("@source", source.Value), ("@run", inForce)) > 0,
                inForce);
        }, cancellationToken);
        if (isKilled)
            await DeleteLeftoversAsync(source, current, cancellationToken);
        if (isKilled && current == 0)
            await ForgetAsync(source, cancellationToken);
        if (isKilled)
            await EndKilledAsync(source, current, cancellationToken);
        if (isUnfinished)
            await DeleteSupersededAsync(source, current, cancellationToken);
        return isUnfinished;
    }

    private async Task DeleteLeftoversAsync(SourceId source, long current, CancellationToken cancellationToken)
    {
        (string, object?)[] parameters = [("@source", source.Value), ("@run", current)];
        await _batches.RepeatAsync(
            """
            DELETE FROM channel_streams WHERE (channel_id, position) IN (
                SELECT cs.channel_id, cs.position FROM channels c JOIN channel_streams cs ON cs.channel_id = c.id
                WHERE c.source_id = @source AND cs.run > @run LIMIT @size)
            """, parameters, cancellationToken);
        await _batches.RepeatAsync("DELETE FROM channels WHERE id IN (SELECT id FROM channels WHERE source_id = @source AND run > @run LIMIT @size)", parameters, cancellationToken);
        await _batches.RepeatAsync("DELETE FROM streams WHERE (id, run) IN (SELECT id, run FROM streams WHERE source_id = @source AND run > @run LIMIT @size)", parameters, cancellationToken);
    }

    /// <summary>A source that no run has ever ended of: the import that made it was killed. New sources are made under the import lock.</summary>
    private Task<int> ForgetAsync(SourceId source, CancellationToken cancellationToken) => database.WriteAsync(connection => connection.Execute(
        "DELETE FROM sources WHERE id = @source AND current_run = 0 AND NOT EXISTS (SELECT 1 FROM runs WHERE source_id = @source AND outcome <> 'running')",
        ("@source", source.Value)), cancellationToken);

    private Task<int> EndKilledAsync(SourceId source, long current, CancellationToken cancellationToken) => database.WriteAsync(connection => connection.Execute(
        "UPDATE runs SET outcome = 'failed', finished = @now, message = 'The run was interrupted; what was there stayed.' WHERE source_id = @source AND outcome = 'running' AND id > @run",
        ("@now", time.GetUtcNow().UtcTicks), ("@source", source.Value), ("@run", current)), cancellationToken);

    private Task<int> DeleteSupersededAsync(SourceId source, long current, CancellationToken cancellationToken) => _batches.RepeatAsync(
        """
        DELETE FROM streams WHERE (id, run) IN (
            SELECT t.id, t.run FROM streams t
            WHERE t.source_id = @source AND t.run < @run
              AND EXISTS (SELECT 1 FROM streams later WHERE later.id = t.id AND later.run > t.run AND later.run <= @run) LIMIT @size)
        """, [("@source", source.Value), ("@run", current)], cancellationToken);
}
