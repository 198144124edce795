using System.Data.Common;
using PlexBridge.Settings;
using PlexBridge.Storage;

namespace PlexBridge.Channels;

/// <summary>Applies users' edits and marks them, so that refreshes leave them alone.</summary>
internal sealed class ChannelEditor(Database database)
{
    // Keeps each transaction of a large edit below 50 ms.
    private const int BatchSize = 5000;

    /// <summary>Edits the channel with that number or, where no channel has it, with that id ("id:17" is always an id).</summary>
    public Task<ChannelEditResult> EditAsync(string idOrNumber, ChannelEdit edit, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => Find(connection, idOrNumber) is { } id
            ? Edit(connection, id, edit)
            : ChannelEditResult.Refused(ExplainMissing(idOrNumber)), cancellationToken);

    public Task<ChannelEditResult> EditAsync(ChannelId id, ChannelEdit edit, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => Edit(connection, id, edit), cancellationToken);

    /// <summary>A channel by its number or its id; null where there is none.</summary>
    public Task<ChannelId?> FindAsync(string idOrNumber, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, idOrNumber), cancellationToken);

    /// <summary>Why there is nothing to be done with a channel that wasn't found.</summary>
    public static string ExplainMissing(string idOrNumber) => $"There is no channel {idOrNumber}. `plexbridge channels` lists numbers and ids.";

    /// <summary>Switches a group's channels on or off; all channels where the group is null.</summary>
    public async Task<ChannelEditResult> EnableAsync(string? group, bool isEnabled, CancellationToken cancellationToken)
    {
        if (group is not null && await ExplainMissingGroupAsync(group, cancellationToken) is { } problem)
            return ChannelEditResult.Refused(problem);

        var changed = 0;
        for (long after = 0; ;)
        {
            var last = await database.ReadAsync(connection => connection.Number(
                "SELECT MAX(id) FROM (SELECT id FROM channels WHERE id > @after ORDER BY id LIMIT @size)",
                ("@after", after), ("@size", BatchSize)), cancellationToken);
            if (last == 0) return new(changed, null);

            changed += await database.WriteAsync(connection => connection.Execute(
                """
                UPDATE channels SET enabled = @enabled, enabled_edited = 1
                WHERE id > @after AND id <= @last AND (@group IS NULL OR group_name = @group) AND (enabled <> @enabled OR enabled_edited = 0)
                """,
                ("@enabled", isEnabled ? 1 : 0), ("@after", after), ("@last", last), ("@group", group)), cancellationToken);
            after = last;
        }
    }

    /// <summary>The sentence that no channel is in a group of that name; null where one is.</summary>
    public Task<string?> ExplainMissingGroupAsync(string group, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => ExplainMissingGroup(connection, group), cancellationToken);

    private static ChannelEditResult Edit(DbConnection connection, ChannelId id, ChannelEdit edit)
    {
        if (connection.Number($"SELECT COUNT(*) FROM channels c WHERE c.id = @id AND {ChannelSql.IsInForce}", ("@id", id.Value)) == 0)
            return ChannelEditResult.Refused($"There is no channel with the id {id}.");
        if (edit.Number is { } number && ExplainTakenNumber(connection, id, number) is { } taken) return ChannelEditResult.Refused(taken);
        if (edit.Streams is { } streams && ExplainUnusableStreams(connection, streams) is { } unusable) return ChannelEditResult.Refused(unusable);
        if (edit.Name is { } name && (string.IsNullOrWhiteSpace(name) || name.Any(char.IsControl)))
            return ChannelEditResult.Refused("A channel's name needs at least one letter and no line breaks.");

        connection.Execute(
            """
            UPDATE channels SET
                number_major = COALESCE(@major, number_major), number_minor = COALESCE(@minor, number_minor),
                number_edited = CASE WHEN @major IS NULL THEN number_edited ELSE 1 END,
                name = COALESCE(@name, name), name_edited = CASE WHEN @name IS NULL THEN name_edited ELSE 1 END,
                enabled = COALESCE(@enabled, enabled), enabled_edited = CASE WHEN @enabled IS NULL THEN enabled_edited ELSE 1 END,
                streams_edited = CASE WHEN @streams = 0 THEN streams_edited ELSE 1 END
            WHERE id = @id
            """,
            ("@major", edit.Number?.Major), ("@minor", edit.Number?.Minor), ("@name", edit.Name?.Trim()),
            ("@enabled", edit.Enabled is { } enabled ? enabled ? 1 : 0 : null), ("@streams", edit.Streams?.Count ?? 0), ("@id", id.Value));
        if (edit.Streams is not null) ReplaceStreams(connection, id, edit.Streams);
        return new(1, null);
    }

    private static void ReplaceStreams(DbConnection connection, ChannelId id, IReadOnlyList<StreamId> streams)
    {
        connection.Execute("DELETE FROM channel_streams WHERE channel_id = @id", ("@id", id.Value));
        // Run 0: a user's choice is in force at once.
        for (var position = 0; position < streams.Count; position++)
            connection.Execute("INSERT INTO channel_streams (channel_id, position, stream_id, run) VALUES (@id, @position, @stream, 0)",
                ("@id", id.Value), ("@position", position), ("@stream", streams[position].Value));
    }

    private static ChannelId? Find(DbConnection connection, string idOrNumber)
    {
        var isId = idOrNumber.StartsWith("id:", StringComparison.OrdinalIgnoreCase);
        if (!isId && ChannelNumber.TryParse(idOrNumber, out var number))
        {
            var byNumber = connection.Number(
                $"SELECT c.id FROM channels c WHERE c.number_major = @major AND c.number_minor = @minor AND {ChannelSql.IsInForce}",
                ("@major", number.Major), ("@minor", number.Minor));
            if (byNumber != 0) return new ChannelId(byNumber);
        }

        if (!long.TryParse(isId ? idOrNumber.AsSpan(3) : idOrNumber, System.Globalization.CultureInfo.InvariantCulture, out var id)) return null;
        var byId = connection.Number($"SELECT c.id FROM channels c WHERE c.id = @id AND {ChannelSql.IsInForce}", ("@id", id));
        return byId == 0 ? null : new ChannelId(byId);
    }

    private static string? ExplainTakenNumber(DbConnection connection, ChannelId id, ChannelNumber number)
    {
        using var command = connection.Command(
            "SELECT id, name, enabled FROM channels WHERE number_major = @major AND number_minor = @minor AND id <> @id",
            ("@major", number.Major), ("@minor", number.Minor), ("@id", id.Value));
        using var rows = command.ExecuteReader();
        if (!rows.Read()) return null;
        var state = rows.IsTrue(2) ? "" : ", which is disabled but keeps its number";
        return $"The number {number} is taken by {rows.GetString(1)} (id {rows.GetInt64(0)}){state}. " +
            $"Choose another, or first give that one a new number: plexbridge channels set id:{rows.GetInt64(0)} --number N.";
    }

    private static string? ExplainUnusableStreams(DbConnection connection, IReadOnlyList<StreamId> streams)
    {
        if (streams.Count == 0) return "A channel needs at least one stream.";
        if (streams.Distinct().Count() < streams.Count) return "A stream may stand in a channel's list only once.";
        foreach (var stream in streams)
            if (connection.Number($"SELECT COUNT(*) FROM streams t WHERE t.id = @id AND {ChannelSql.IsVersionInForce}", ("@id", stream.Value)) == 0)
                return $"There is no stream with the id {stream}.";
        return null;
    }

    private static string? ExplainMissingGroup(DbConnection connection, string group)
    {
        if (connection.Number("SELECT COUNT(*) FROM (SELECT 1 FROM channels WHERE group_name = @group LIMIT 1)", ("@group", group)) != 0) return null;

        var groups = new List<string>();
        using var command = connection.Command("SELECT DISTINCT group_name FROM channels");
        using (var rows = command.ExecuteReader())
            while (rows.Read())
                groups.Add(rows.GetString(0));
        var remedy = Suggestion.For(group, groups) is { Length: > 0 } similar
            ? $"Did you mean '{similar}'?"
            : "`plexbridge channels --groups` lists them.";
        return $"No channel is in a group '{group}'. {remedy}";
    }
}
