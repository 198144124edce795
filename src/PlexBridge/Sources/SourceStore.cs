using System.Data.Common;
using System.Text.Json;
using PlexBridge.Channels;
using PlexBridge.Storage;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Sources;

/// <summary>What a user says about a source that is imported; null leaves what is stored alone.</summary>
/// <param name="Location">A URL, a path or "-".</param>
/// <param name="Groups">None: all groups.</param>
internal sealed record SourceDefinition(string Location, string? Name = null, string? UserAgent = null, IReadOnlyList<string>? Groups = null, SourceMerge? Merge = null);

/// <summary>Finds and adds sources, and keeps when each is refreshed next.</summary>
internal sealed class SourceStore(Database database, TimeProvider time)
{
    private const string Columns =
        "id, name, location, user_agent, headers, groups, merge, refresh_seconds, allow_private, current_run, etag, last_modified, content_hash";

    public Task<Source?> FindAsync(SourceId id, CancellationToken cancellationToken) => database.ReadAsync(connection => Find(connection, id), cancellationToken);

    public Task<Source?> FindAsync(string nameOrId, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        var id = connection.Number("SELECT id FROM sources WHERE name = @name", ("@name", nameOrId));
        if (id == 0 && long.TryParse(nameOrId, System.Globalization.CultureInfo.InvariantCulture, out var number))
            id = number;
        return Find(connection, new SourceId(id));
    }, cancellationToken);

    /// <summary>All sources that a refresh can reach by itself: not what came in by stdin.</summary>
    public Task<IReadOnlyList<Source>> ReadRefreshableAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Source>>(connection =>
    {
        using var command = connection.Command($"SELECT {Columns} FROM sources WHERE kind = 'm3u' AND location <> '-' AND current_run >= 0 ORDER BY priority, id");
        using var rows = command.ExecuteReader();
        var sources = new List<Source>();
        while (rows.Read())
            sources.Add(ReadSource(rows));
        return sources;
    }, cancellationToken);

    /// <summary>When each refreshable source is due; never refreshed ones at once.</summary>
    public Task<IReadOnlyList<(SourceId Id, DateTimeOffset Due)>> ReadDueTimesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(SourceId, DateTimeOffset)>>(connection =>
        {
            using var command = connection.Command(
                "SELECT id, COALESCE(next_refresh, 0) FROM sources WHERE kind = 'm3u' AND location <> '-' AND current_run >= 0 ORDER BY 2, priority, id");
            using var rows = command.ExecuteReader();
            var due = new List<(SourceId, DateTimeOffset)>();
            while (rows.Read())
                due.Add((new SourceId(rows.GetInt64(0)), new DateTimeOffset(rows.GetInt64(1), TimeSpan.Zero)));
            return due;
        }, cancellationToken);

    public Task SetNextRefreshAsync(SourceId id, DateTimeOffset next, CancellationToken cancellationToken) => database.WriteAsync(connection =>
        connection.Execute("UPDATE sources SET next_refresh = @next WHERE id = @id", ("@next", next.UtcTicks), ("@id", id.Value)), cancellationToken);

    /// <summary>
    /// The source of that name or, where no name is given, of that location; made as the definition says where there is
    /// none. One that exists stays as it is: see <see cref="Adopt"/>.
    /// </summary>
    /// <param name="reach">For a new source.</param>
    public Task<(Source Source, bool IsNew)> FindOrAddAsync(SourceDefinition definition, OutboundReach reach, CancellationToken cancellationToken) => database.WriteAsync(connection =>
    {
        var id = definition.Name is { } given
            ? connection.Number("SELECT id FROM sources WHERE name = @name", ("@name", given))
            : definition.Location == Source.StandardInput ? 0
            : connection.Number("SELECT id FROM sources WHERE location = @location ORDER BY id LIMIT 1", ("@location", definition.Location));
        var isNew = id == 0;
        if (isNew)
        {
            id = Insert(connection, definition, reach);
            Adopt(connection, new SourceId(id), definition);
        }
        return (Find(connection, new SourceId(id)) ?? throw new StorageException(
            $"The removal of the source {definition.Name ?? "at this address"} was interrupted. Finish it with: plexbridge sources remove {id}"), isNew);
    }, cancellationToken);

    /// <summary>The source as the definition would have it, which the next refresh has to look at as a whole; nothing is stored.</summary>
    /// <param name="definition">Null: as it is stored.</param>
    public Task<Source?> FindAsync(SourceId id, SourceDefinition? definition, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, id, definition), cancellationToken);

    /// <summary>Stores what a definition says; for the transaction that brings its run into force.</summary>
    public static int Adopt(DbConnection connection, SourceId id, SourceDefinition definition) => connection.Execute(
        """
        UPDATE sources SET
            location = @location,
            user_agent = COALESCE(@agent, user_agent),
            groups = NULLIF(COALESCE(@groups, groups), '[]'),
            merge = NULLIF(COALESCE(@merge, merge), '')
        WHERE id = @id
        """,
        ("@location", definition.Location), ("@agent", definition.UserAgent), ("@groups", WriteGroups(definition.Groups)),
        ("@merge", WriteMerge(definition.Merge)), ("@id", id.Value));

    /// <summary>Takes a source back whose very first import failed: a mistyped address leaves nothing behind.</summary>
    public Task ForgetAsync(SourceId id, CancellationToken cancellationToken) => database.WriteAsync(connection =>
        connection.Execute("DELETE FROM sources WHERE id = @id AND current_run = 0", ("@id", id.Value)), cancellationToken);

    private static Source? Find(DbConnection connection, SourceId id, SourceDefinition? definition = null)
    {
        using var command = connection.Command($"SELECT {Columns} FROM sources WHERE id = @id AND current_run >= 0", ("@id", id.Value));
        using var rows = command.ExecuteReader();
        return rows.Read() ? ReadSource(rows, definition) : null;
    }

    private long Insert(DbConnection connection, SourceDefinition definition, OutboundReach reach)
    {
        connection.Execute(
            "INSERT INTO sources (kind, name, location, allow_private, created) VALUES ('m3u', @name, @location, @private, @now)",
            ("@name", definition.Name ?? FreeName(connection, definition.Location)), ("@location", definition.Location),
            ("@private", reach == OutboundReach.PrivateToo ? 1 : 0), ("@now", time.GetUtcNow().UtcTicks));
        return connection.Number("SELECT last_insert_rowid()");
    }

    /// <summary>The host or the file's name; with a figure where that name is taken. Never more of a URL: it may hold a password.</summary>
    private static string FreeName(DbConnection connection, string location)
    {
        var name = location == Source.StandardInput ? "stdin"
            : Source.IsHttpLocation(location) && Uri.TryCreate(location, UriKind.Absolute, out var uri) ? uri.Host
            : Path.GetFileNameWithoutExtension(location);
        if (name.Length == 0)
            name = "playlist";
        var free = name;
        for (var figure = 2; connection.Number("SELECT COUNT(*) FROM sources WHERE name = @name", ("@name", free)) != 0; figure++)
            free = $"{name} {figure}";
        return free;
    }

    private static Source ReadSource(DbDataReader row, SourceDefinition? definition = null)
    {
        var location = row.GetString(2);
        var isSame = definition is null || definition is { UserAgent: null, Groups: null, Merge: null } && definition.Location == location;
        return new Source(
            new SourceId(row.GetInt64(0)),
            row.GetString(1),
            definition?.Location ?? location,
            StreamHeaders.Merge(definition?.UserAgent ?? row.TextOrNull(3), row.TextOrNull(4), null),
            definition?.Groups is { } said ? said.Count == 0 ? null : said : ReadGroups(row.TextOrNull(5)),
            definition?.Merge ?? row.TextOrNull(6) switch { "tvg-id" => SourceMerge.ByGuideId, "name" => SourceMerge.ByName, _ => SourceMerge.None },
            row.IsDBNull(7) ? null : TimeSpan.FromSeconds(row.GetInt64(7)),
            row.IsTrue(8) ? OutboundReach.PrivateToo : OutboundReach.PublicOnly,
            row.GetInt64(9),
            isSame ? row.TextOrNull(10) : null,
            isSame ? row.TextOrNull(11) : null,
            isSame ? row.TextOrNull(12) : null);
    }

    private static string? WriteMerge(SourceMerge? merge) => merge switch
    {
        SourceMerge.ByGuideId => "tvg-id",
        SourceMerge.ByName => "name",
        SourceMerge.None => "",
        _ => null,
    };

    private static string? WriteGroups(IReadOnlyList<string>? groups) => groups is null ? null : JsonText.WriteList(groups);

    private static List<string>? ReadGroups(string? json)
    {
        if (json is null)
            return null;
        using var document = JsonDocument.Parse(json);
        // Earlier versions stored an empty choice, which made nothing a channel.
        if (document.RootElement.GetArrayLength() == 0)
            return null;
        return [.. document.RootElement.EnumerateArray().Select(group => group.GetString() ?? "")];
    }
}
