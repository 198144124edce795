using PlexBridge.Channels;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>A source with its last run, for lists.</summary>
/// <param name="Location">A URL (it may carry a password), an absolute path, or "-".</param>
/// <param name="RefreshInterval">Null: the setting source.interval.</param>
/// <param name="HeaderNames">Their values may be secrets and stay in the store.</param>
internal sealed record SourceListing(
    SourceId Id,
    string Kind,
    string Name,
    string Location,
    TimeSpan? RefreshInterval,
    int ConnectionLimit,
    int Priority,
    bool MayReachPrivate,
    IReadOnlyList<string> HeaderNames,
    int Channels,
    int EnabledChannels,
    string? LastOutcome,
    string? LastMessage,
    DateTimeOffset? LastRun,
    DateTimeOffset? NextRefresh);

/// <summary>Reads the sources as people see them.</summary>
internal sealed class SourceList(Database database)
{
    public Task<IReadOnlyList<SourceListing>> ReadAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<SourceListing>>(connection =>
    {
        using var command = connection.Command(
            """
            SELECT s.id, s.kind, s.name, s.location, s.refresh_seconds, s.connection_limit, s.priority, s.allow_private, s.headers, s.user_agent,
                   (SELECT COUNT(*) FROM channels c WHERE c.source_id = s.id AND c.run <= s.current_run),
                   (SELECT COUNT(*) FROM channels c WHERE c.source_id = s.id AND c.run <= s.current_run AND c.enabled = 1),
                   r.outcome, r.message, r.started, s.next_refresh
            FROM sources s
            LEFT JOIN runs r ON r.id = (SELECT MAX(l.id) FROM runs l WHERE l.source_id = s.id)
            ORDER BY s.priority, s.id
            """);
        using var rows = command.ExecuteReader();
        var sources = new List<SourceListing>();
        while (rows.Read())
            sources.Add(new SourceListing(
                new SourceId(rows.GetInt64(0)),
                rows.GetString(1),
                rows.GetString(2),
                rows.GetString(3),
                rows.IsDBNull(4) ? null : TimeSpan.FromSeconds(rows.GetInt64(4)),
                rows.GetInt32(5),
                rows.GetInt32(6),
                rows.IsTrue(7),
                [.. StreamHeaders.Merge(rows.TextOrNull(9), rows.TextOrNull(8), null).Pairs.Select(pair => pair.Key)],
                rows.GetInt32(10),
                rows.GetInt32(11),
                rows.TextOrNull(12),
                rows.TextOrNull(13),
                Time(rows, 14),
                Time(rows, 15)));
        return sources;
    }, cancellationToken);

    private static DateTimeOffset? Time(System.Data.Common.DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}
