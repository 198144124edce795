using System.Data.Common;
using PlexBridge.Channels;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>
/// What follows once a run is in force, in batches: channels that exist are brought up to date, superseded versions and
/// what has vanished for good are deleted.
/// </summary>
internal sealed class RunFinish(Database database, TimeProvider time)
{
    private readonly Batches _batches = new(database, time);

    public async Task FinishAsync(long run, RunWork work, CancellationToken cancellationToken)
    {
        await _batches.ForEachAsync(work.ChangedChannels, UpdateChannel, (command, item) =>
        {
            Set(command, 0, item.Channel);
            Set(command, 1, item.Stream);
            Set(command, 2, (object?)item.Group ?? DBNull.Value);
            command.ExecuteNonQuery();
        }, cancellationToken);
        await _batches.ForEachAsync(work.SwitchedChannels,
            connection => connection.Command("UPDATE channels SET enabled = @enabled WHERE id = @id AND enabled_edited = 0", ("@id", 0L), ("@enabled", 0)),
            (command, item) =>
            {
                Set(command, 0, item.Channel);
                Set(command, 1, item.IsEnabled ? 1 : 0);
                command.ExecuteNonQuery();
            }, cancellationToken);
        await _batches.ForEachAsync(work.RemovedLinks,
            connection => connection.Command("DELETE FROM channel_streams WHERE channel_id = @channel AND position = @position", ("@channel", 0L), ("@position", 0)),
            (command, item) =>
            {
                Set(command, 0, item.Channel);
                Set(command, 1, item.Position);
                command.ExecuteNonQuery();
            }, cancellationToken);
        await _batches.ForEachAsync(work.RemovedChannels, RemoveChannel, Run, cancellationToken);
        await _batches.ForEachAsync(work.Superseded,
            connection => connection.Command("DELETE FROM streams WHERE id = @id AND run < @run", ("@id", 0L), ("@run", run)), Run, cancellationToken);
        await _batches.ForEachAsync(work.Ordinals,
            connection => connection.Command("UPDATE streams SET ordinal = @ordinal WHERE id = @id AND run = @run", ("@id", 0L), ("@run", 0L), ("@ordinal", 0)),
            (command, item) =>
            {
                Set(command, 0, item.Stream);
                Set(command, 1, item.Run);
                Set(command, 2, item.Ordinal);
                command.ExecuteNonQuery();
            }, cancellationToken);
        await ExpireAsync(work.Expired, cancellationToken);
    }

    /// <summary>Streams that vanished before a moment; only they, and only while they are vanished still.</summary>
    public Task<List<long>> ReadExpiredAsync(SourceId source, DateTimeOffset before, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var command = connection.Command(
            $"""
             SELECT t.id FROM streams t
             WHERE t.source_id = @source AND t.vanished_at IS NOT NULL AND t.vanished_at <= @before AND {ChannelSql.IsVersionInForce}
             """, ("@source", source.Value), ("@before", before.UtcTicks));
        using var rows = command.ExecuteReader();
        var expired = new List<long>();
        while (rows.Read())
            expired.Add(rows.GetInt64(0));
        return expired;
    }, cancellationToken);

    /// <summary>Deletes streams for good, and channels that no stream is left of; their numbers are retired.</summary>
    public Task ExpireAsync(IReadOnlyList<long> streams, CancellationToken cancellationToken) => _batches.ForEachAsync(streams, connection => connection.Command(
        """
        INSERT OR IGNORE INTO retired_numbers (number_major, number_minor)
            SELECT c.number_major, c.number_minor FROM channels c JOIN channel_streams cs ON cs.channel_id = c.id
            WHERE cs.stream_id = @id AND NOT EXISTS (SELECT 1 FROM channel_streams other WHERE other.channel_id = c.id AND other.stream_id <> @id);
        DELETE FROM channels WHERE id IN (
            SELECT cs.channel_id FROM channel_streams cs
            WHERE cs.stream_id = @id AND NOT EXISTS (SELECT 1 FROM channel_streams other WHERE other.channel_id = cs.channel_id AND other.stream_id <> @id));
        DELETE FROM channel_streams WHERE stream_id = @id;
        DELETE FROM streams WHERE id = @id
        """, ("@id", 0L)), Run, cancellationToken);

    private static DbCommand UpdateChannel(DbConnection connection) => connection.Command(
        """
        UPDATE channels SET
            (name, group_name, logo, tvg_id) = (
                SELECT CASE WHEN channels.name_edited = 1 THEN channels.name ELSE t.name END, COALESCE(@group, t.group_name), t.logo, t.tvg_id
                FROM streams t WHERE t.id = @stream ORDER BY t.run DESC LIMIT 1)
        WHERE id = @id
        """, ("@id", 0L), ("@stream", 0L), ("@group", null));

    private static DbCommand RemoveChannel(DbConnection connection) => connection.Command(
        """
        INSERT OR IGNORE INTO retired_numbers (number_major, number_minor) SELECT number_major, number_minor FROM channels WHERE id = @id;
        DELETE FROM channel_streams WHERE channel_id = @id;
        DELETE FROM channels WHERE id = @id
        """, ("@id", 0L));

    private static void Run(DbCommand command, long id)
    {
        Set(command, 0, id);
        command.ExecuteNonQuery();
    }

    private static void Set(DbCommand command, int parameter, object value) => command.Parameters[parameter].Value = value;
}
