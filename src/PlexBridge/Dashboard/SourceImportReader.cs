using System.Data.Common;
using PlexBridge.Storage;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Web.Admin;

namespace PlexBridge.Dashboard;

/// <summary>Reads what the page says about sources.</summary>
internal sealed class SourceImportReader(Database database)
{
    private const string StandardInput = "-";

    private const string Query =
        """
        SELECT s.name, s.location, s.next_refresh, r.outcome, r.message, COALESCE(r.finished, r.started),
               r.entries, r.channels, r.added, r.changed, r.vanished, r.ignored
        FROM sources s
        LEFT JOIN runs r ON r.id = (SELECT MAX(id) FROM runs WHERE source_id = s.id)
        ORDER BY s.priority, s.id
        """;

    public Task<IReadOnlyList<SourceImport>> ReadAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<SourceImport>>(connection =>
        {
            using var command = connection.Command(Query);
            using var rows = command.ExecuteReader();
            var sources = new List<SourceImport>();
            while (rows.Read())
                sources.Add(Map(rows));
            return sources;
        }, cancellationToken);

    private static SourceImport Map(DbDataReader row)
    {
        var outcome = row.IsDBNull(3) ? ImportOutcome.Never : Outcome(row.GetString(3));
        return new SourceImport(
            row.GetString(0), Place(row.GetString(1)), outcome, row.TextOrNull(4), Time(row, 5), Time(row, 2),
            outcome is ImportOutcome.Applied or ImportOutcome.Unchanged
                ? new ImportCounts(row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11))
                : null);
    }

    private static ImportOutcome Outcome(string stored) => stored switch
    {
        "running" => ImportOutcome.Running,
        "applied" => ImportOutcome.Applied,
        "unchanged" => ImportOutcome.Unchanged,
        "refused" => ImportOutcome.Refused,
        _ => ImportOutcome.Failed,
    };

    private static string Place(string location) =>
        location == StandardInput ? "standard input"
        : location.Contains("://", StringComparison.Ordinal) ? new SourceUrl(location).ToString()
        : location;

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}
