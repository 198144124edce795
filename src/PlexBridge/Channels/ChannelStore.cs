using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.CompilerServices;
using PlexBridge.Storage;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Channels;

/// <summary>Reads channels. A quarter of a million may be stored, so whatever lists them streams page by page.</summary>
internal sealed class ChannelStore(Database database)
{
    private const int PageSize = 1000;

    /// <summary>The lineup of the first enabled channels by number.</summary>
    public Task<Lineup> ReadLineupAsync(int limit, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var command = connection.Command(
            $"""
             SELECT {ChannelSql.LineupColumns} FROM channels c
             WHERE c.enabled = 1 AND {ChannelSql.IsInForce}
             ORDER BY c.number_major, c.number_minor LIMIT @limit
             """, ("@limit", limit));
        var channels = ImmutableArray.CreateBuilder<LineupChannel>();
        using (var rows = command.ExecuteReader())
            while (rows.Read())
                channels.Add(ReadLineupChannel(rows));

        var enabled = channels.Count < limit ? channels.Count : (int)connection.Number(
            """
            SELECT SUM((SELECT COUNT(*) FROM channels c WHERE c.source_id = s.id AND c.run <= s.current_run AND c.enabled = 1))
            FROM sources s
            """);
        return new Lineup(channels.DrainToImmutable(), enabled, limit);
    }, cancellationToken);

    /// <summary>Every enabled channel by number, never cut at the tuner's limit.</summary>
    public async IAsyncEnumerable<LineupChannel> ReadEnabledAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (ChannelNumber? last = null; ;)
        {
            var page = await database.ReadAsync(connection => ReadEnabledPage(connection, last), cancellationToken);
            foreach (var channel in page) yield return channel;
            if (page.Count < PageSize) yield break;
            last = page[^1].Number;
        }
    }

    /// <summary>All channels by number, of one group if given.</summary>
    public async IAsyncEnumerable<StoredChannel> ReadAllAsync(string? group, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (ChannelNumber? last = null; ;)
        {
            var page = await database.ReadAsync(connection => ReadPage(connection, last, group), cancellationToken);
            foreach (var channel in page) yield return channel;
            if (page.Count < PageSize) yield break;
            last = page[^1].Number;
        }
    }

    /// <summary>The groups by name, with counts.</summary>
    public Task<IReadOnlyList<ChannelGroup>> ReadGroupsAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ChannelGroup>>(connection =>
    {
        using var command = connection.Command(
            $"SELECT c.group_name, COUNT(*), SUM(c.enabled) FROM channels c WHERE {ChannelSql.IsInForce} GROUP BY c.group_name ORDER BY c.group_name");
        using var rows = command.ExecuteReader();
        var groups = new List<ChannelGroup>();
        while (rows.Read()) groups.Add(new(rows.GetString(0), rows.GetInt32(1), rows.GetInt32(2)));
        return groups;
    }, cancellationToken);

    /// <summary>One enabled channel, whether the lineup's limit lets it in or not; null where there is none.</summary>
    public Task<LineupChannel?> FindEnabledAsync(ChannelId id, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var command = connection.Command(
            $"SELECT {ChannelSql.LineupColumns} FROM channels c WHERE c.id = @id AND c.enabled = 1 AND {ChannelSql.IsInForce}", ("@id", id.Value));
        using var rows = command.ExecuteReader();
        return rows.Read() ? ReadLineupChannel(rows) : null;
    }, cancellationToken);

    /// <summary>A channel's streams: the primary, then the backups in order.</summary>
    public Task<IReadOnlyList<ChannelStream>> ReadStreamsAsync(ChannelId id, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ChannelStream>>(connection =>
    {
        using var command = connection.Command(
            $"""
             SELECT t.id, t.source_id, o.name, t.name, t.url, t.headers, o.headers, o.user_agent, o.allow_private, o.connection_limit,
                    t.vanished_at IS NOT NULL
             FROM channel_streams cs
             JOIN streams t ON t.id = cs.stream_id
             JOIN sources o ON o.id = t.source_id
             WHERE cs.channel_id = @id AND cs.run <= o.current_run AND {ChannelSql.IsVersionInForce}
             ORDER BY cs.position
             """, ("@id", id.Value));
        using var rows = command.ExecuteReader();
        var streams = new List<ChannelStream>();
        while (rows.Read())
            streams.Add(new ChannelStream(
                new StreamId(rows.GetInt64(0)),
                new SourceId(rows.GetInt64(1)),
                rows.GetString(2),
                rows.GetString(3),
                new SourceUrl(rows.GetString(4)),
                StreamHeaders.Merge(rows.TextOrNull(7), rows.TextOrNull(6), rows.TextOrNull(5)),
                rows.IsTrue(8) ? OutboundReach.PrivateToo : OutboundReach.PublicOnly,
                rows.GetInt32(9),
                rows.IsTrue(10)));
        return streams;
    }, cancellationToken);

    private static List<LineupChannel> ReadEnabledPage(DbConnection connection, ChannelNumber? after)
    {
        using var command = connection.Command(
            $"""
             SELECT {ChannelSql.LineupColumns} FROM channels c
             WHERE c.enabled = 1 AND (c.number_major, c.number_minor) > (@major, @minor) AND {ChannelSql.IsInForce}
             ORDER BY c.number_major, c.number_minor LIMIT @limit
             """, ("@major", after?.Major ?? 0), ("@minor", after?.Minor ?? 0), ("@limit", PageSize));
        using var rows = command.ExecuteReader();
        var page = new List<LineupChannel>();
        while (rows.Read()) page.Add(ReadLineupChannel(rows));
        return page;
    }

    private static List<StoredChannel> ReadPage(DbConnection connection, ChannelNumber? after, string? group)
    {
        using var command = connection.Command(
            $"""
             SELECT c.id, c.number_major, c.number_minor, c.name, c.group_name, (SELECT s.name FROM sources s WHERE s.id = c.source_id), c.enabled,
                    c.name_edited + c.number_edited + c.enabled_edited + c.streams_edited,
                    {ChannelSql.IsVanished},
                    (SELECT COUNT(*) FROM channel_streams cs WHERE cs.channel_id = c.id)
             FROM channels c
             WHERE (c.number_major, c.number_minor) > (@major, @minor) AND (@group IS NULL OR c.group_name = @group) AND {ChannelSql.IsInForce}
             ORDER BY c.number_major, c.number_minor LIMIT @limit
             """, ("@major", after?.Major ?? 0), ("@minor", after?.Minor ?? 0), ("@group", group), ("@limit", PageSize));
        using var rows = command.ExecuteReader();
        var page = new List<StoredChannel>();
        while (rows.Read())
            page.Add(new StoredChannel(
                new ChannelId(rows.GetInt64(0)),
                new ChannelNumber(rows.GetInt32(1), rows.GetInt32(2)),
                rows.GetString(3),
                rows.GetString(4),
                rows.GetString(5),
                rows.IsTrue(6),
                rows.IsTrue(7),
                rows.IsTrue(8),
                rows.GetInt32(9)));
        return page;
    }

    private static LineupChannel ReadLineupChannel(DbDataReader row)
    {
        var name = row.GetString(3);
        return new LineupChannel(
            new ChannelId(row.GetInt64(0)),
            new ChannelNumber(row.GetInt32(1), row.GetInt32(2)),
            name,
            row.GetString(4),
            row.TextOrNull(5),
            row.TextOrNull(6),
            IsHd: Definition.IsHigh(name),
            IsFavorite: row.IsTrue(7),
            IsDrm: row.IsTrue(9),
            IsVanished: row.IsTrue(8));
    }
}
