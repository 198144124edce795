using PlexBridge.Storage;

namespace PlexBridge.Tests.Channels;

/// <summary>Rows as an import leaves them.</summary>
internal static class ChannelSeed
{
    public static Task AddSourceAsync(Database database, long id, long currentRun = 1, bool mayReachPrivate = false, string? headers = null, string? userAgent = null) =>
        WriteAsync(database,
            "INSERT INTO sources (id, kind, name, location, current_run, allow_private, headers, user_agent, connection_limit) VALUES (@id, 'm3u', @name, 'list.m3u', @run, @private, @headers, @agent, 2)",
            ("@id", id), ("@name", $"Source {id}"), ("@run", currentRun), ("@private", mayReachPrivate ? 1 : 0), ("@headers", headers), ("@agent", userAgent));

    public static Task AddStreamAsync(
        Database database, long id, long source = 1, long run = 1, string? url = null, string? headers = null, long? vanishedAt = null) => WriteAsync(database,
        "INSERT INTO streams (id, run, source_id, ordinal, kind, name, url, headers, vanished_at) VALUES (@id, @run, @source, @id, 0, @name, @url, @headers, @vanished)",
        ("@id", id), ("@run", run), ("@source", source), ("@name", $"Stream {id}"), ("@url", url ?? $"http://example.org/{id}"),
        ("@headers", headers), ("@vanished", vanishedAt));

    /// <summary>A channel with one stream of the same id.</summary>
    public static async Task AddChannelAsync(
        Database database, long id, int major, int minor = 0, string? name = null, string group = "", bool isEnabled = true, long source = 1, long run = 1, long? vanishedAt = null)
    {
        await AddStreamAsync(database, id, source, run, vanishedAt: vanishedAt);
        await WriteAsync(database,
            "INSERT INTO channels (id, source_id, run, number_major, number_minor, name, group_name, enabled) VALUES (@id, @source, @run, @major, @minor, @name, @group, @enabled)",
            ("@id", id), ("@source", source), ("@run", run), ("@major", major), ("@minor", minor), ("@name", name ?? $"Channel {id}"),
            ("@group", group), ("@enabled", isEnabled ? 1 : 0));
        await AddBackupAsync(database, id, position: 0, id, run);
    }

    public static Task AddBackupAsync(Database database, long channel, int position, long stream, long run = 1) => WriteAsync(database,
        "INSERT INTO channel_streams (channel_id, position, stream_id, run) VALUES (@channel, @position, @stream, @run)",
        ("@channel", channel), ("@position", position), ("@stream", stream), ("@run", run));

    public static Task<long> AskAsync(Database database, string statement) =>
        database.ReadAsync(connection => connection.Number(statement), CancellationToken.None);

    public static Task WriteAsync(Database database, string statement, params (string, object?)[] parameters) =>
        database.WriteAsync(connection => connection.Execute(statement, parameters), CancellationToken.None);
}
