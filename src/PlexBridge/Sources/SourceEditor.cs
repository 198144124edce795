using System.Data.Common;
using System.Text;
using System.Text.Json;
using PlexBridge.Channels;
using PlexBridge.Settings;
using PlexBridge.Storage;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Sources;

/// <summary>What a user changes of a source; null leaves it alone.</summary>
internal sealed record SourceEdit
{
    public string? Name { get; init; }

    /// <summary>Zero: back to the setting source.interval.</summary>
    public TimeSpan? RefreshInterval { get; init; }

    /// <summary>0: no limit.</summary>
    public int? ConnectionLimit { get; init; }

    /// <summary>The smaller one claims its numbers first.</summary>
    public int? Priority { get; init; }

    public bool? MayReachPrivate { get; init; }

    /// <summary>Empty: none.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Replaces all of them; empty: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Headers { get; init; }
}

/// <summary>Changes and removes sources.</summary>
internal sealed class SourceEditor(Database database)
{
    // Keeps each transaction of a removal below 50 ms.
    private const int BatchSize = 2000;

    /// <summary>Applies an edit to the source of that name or id; returns the sentence why not, or null.</summary>
    public Task<string?> EditAsync(string nameOrId, SourceEdit edit, CancellationToken cancellationToken) => database.WriteAsync(connection =>
    {
        if (Find(connection, nameOrId) is not { } id) return ExplainMissing(connection, nameOrId);
        if (edit.Name is { } name && connection.Number("SELECT COUNT(*) FROM sources WHERE name = @name AND id <> @id", ("@name", name), ("@id", id.Value)) != 0)
            return $"Another source is called {name} already. Choose a different name.";
        foreach (var (header, value) in edit.Headers ?? [])
            if (!RequestHeaders.IsSendable(header, value))
                return $"The header '{header}' can't be sent: its name must be one word and its value one line.";

        connection.Execute(
            """
            UPDATE sources SET
                name = COALESCE(@name, name),
                refresh_seconds = CASE WHEN @interval IS NULL THEN refresh_seconds WHEN @interval = 0 THEN NULL ELSE @interval END,
                next_refresh = CASE WHEN COALESCE(@interval, 0) = 0 THEN next_refresh
                    ELSE COALESCE((SELECT MAX(r.started) FROM runs r WHERE r.source_id = sources.id) + @interval * @second, next_refresh) END,
                connection_limit = COALESCE(@limit, connection_limit),
                priority = COALESCE(@priority, priority),
                allow_private = COALESCE(@private, allow_private),
                user_agent = CASE WHEN @agent IS NULL THEN user_agent WHEN @agent = '' THEN NULL ELSE @agent END,
                headers = CASE WHEN @headers IS NULL THEN headers WHEN @headers = '{}' THEN NULL ELSE @headers END
            WHERE id = @id
            """,
            ("@name", edit.Name), ("@interval", (long?)edit.RefreshInterval?.TotalSeconds), ("@limit", edit.ConnectionLimit),
            ("@priority", edit.Priority), ("@private", edit.MayReachPrivate is { } may ? may ? 1 : 0 : null),
            ("@agent", edit.UserAgent), ("@headers", edit.Headers is null ? null : WriteHeaders(edit.Headers)), ("@second", TimeSpan.TicksPerSecond), ("@id", id.Value));
        return null;
    }, cancellationToken);

    /// <summary>
    /// Removes a source with its streams and channels; returns the sentence why not, or null. Its channels leave the lineup
    /// in the first, small transaction; a removal that was killed is finished by the next.
    /// </summary>
    public async Task<string?> RemoveAsync(string nameOrId, CancellationToken cancellationToken)
    {
        var (found, problem) = await database.WriteAsync(connection =>
        {
            if (Find(connection, nameOrId) is not { } source) return ((SourceId?)null, (string?)ExplainMissing(connection, nameOrId));
            connection.Execute("UPDATE sources SET current_run = -1 WHERE id = @id", ("@id", source.Value));
            return (source, null);
        }, cancellationToken);
        if (found is not { } id) return problem;

        await DeleteInBatchesAsync(
            """
            DELETE FROM channel_streams WHERE channel_id IN (SELECT id FROM channels WHERE source_id = @id ORDER BY id LIMIT @size);
            DELETE FROM channels WHERE id IN (SELECT id FROM channels WHERE source_id = @id ORDER BY id LIMIT @size)
            """, id, cancellationToken);
        await DeleteInBatchesAsync(
            """
            DELETE FROM channel_streams WHERE stream_id IN (SELECT id FROM streams WHERE source_id = @id ORDER BY run, id LIMIT @size);
            DELETE FROM streams WHERE (id, run) IN (SELECT id, run FROM streams WHERE source_id = @id ORDER BY run, id LIMIT @size)
            """, id, cancellationToken);
        await database.WriteAsync(connection => connection.Execute("DELETE FROM sources WHERE id = @id", ("@id", id.Value)), cancellationToken);
        return null;
    }

    private async Task DeleteInBatchesAsync(string statements, SourceId id, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(connection => connection.Execute(statements, ("@id", id.Value), ("@size", BatchSize)), cancellationToken) > 0)
        {
        }
    }

    private static SourceId? Find(DbConnection connection, string nameOrId)
    {
        var byName = connection.Number("SELECT id FROM sources WHERE name = @name", ("@name", nameOrId));
        if (byName == 0 && long.TryParse(nameOrId, System.Globalization.CultureInfo.InvariantCulture, out var id))
            byName = connection.Number("SELECT id FROM sources WHERE id = @id", ("@id", id));
        return byName == 0 ? null : new SourceId(byName);
    }

    private static string ExplainMissing(DbConnection connection, string nameOrId)
    {
        var names = new List<string>();
        using var command = connection.Command("SELECT name FROM sources");
        using (var rows = command.ExecuteReader())
            while (rows.Read())
                names.Add(rows.GetString(0));
        var remedy = Suggestion.For(nameOrId, names) is { } similar ? $"Did you mean '{similar}'?" : "`plexbridge sources` lists them.";
        return $"There is no source {nameOrId}. {remedy}";
    }

    private static string WriteHeaders(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in headers) writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
