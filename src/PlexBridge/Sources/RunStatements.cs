using System.Data.Common;
using PlexBridge.Channels;
using PlexBridge.Formats.M3u;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>The writing statements of one batch, prepared once and used for many rows. Lives as long as its transaction.</summary>
internal sealed class RunStatements(DbConnection connection, SourceId source, long run) : IDisposable
{
    private readonly Lazy<DbCommand> _stream = new(() => connection.Command(
        """
        INSERT INTO streams (id, run, source_id, ordinal, kind, name, url, headers, group_name, logo, tvg_id, tvg_name, wanted_number, radio, drm, program,
                             key_hash, name_hash, skeleton_hash, group_hash, url_hash, content_hash)
        VALUES (@id, @run, @source, @ordinal, @kind, @name, @url, @headers, @group, @logo, @tvgid, @tvgname, @wanted, @radio, @drm, @program,
                @keyhash, @namehash, @skeletonhash, @grouphash, @urlhash, @contenthash)
        """,
        ("@id", 0L), ("@run", run), ("@source", source.Value), ("@ordinal", 0), ("@kind", 0), ("@name", ""), ("@url", ""), ("@headers", null), ("@group", ""),
        ("@logo", null), ("@tvgid", null), ("@tvgname", null), ("@wanted", null), ("@radio", 0), ("@drm", 0), ("@program", null),
        ("@keyhash", 0L), ("@namehash", 0L), ("@skeletonhash", 0L), ("@grouphash", 0L), ("@urlhash", 0L), ("@contenthash", 0L)));

    // A user may have taken the number this very moment: then nothing is inserted and the next number is tried.
    private readonly Lazy<DbCommand> _channel = new(() => connection.Command(
        """
        INSERT OR IGNORE INTO channels (id, source_id, run, number_major, number_minor, name, group_name, logo, tvg_id, enabled)
        VALUES (@id, @source, @run, @major, @minor, @name, @group, @logo, @tvgid, @enabled)
        """,
        ("@id", 0L), ("@source", source.Value), ("@run", run), ("@major", 0), ("@minor", 0), ("@name", ""), ("@group", ""), ("@logo", null), ("@tvgid", null), ("@enabled", 1)));

    private readonly Lazy<DbCommand> _link = new(() => connection.Command(
        "INSERT OR IGNORE INTO channel_streams (channel_id, position, stream_id, run) VALUES (@channel, @position, @stream, @run)",
        ("@channel", 0L), ("@position", 0), ("@stream", 0L), ("@run", run)));

    public void InsertStream(long id, int ordinal, M3uEntry entry, string url, EntryKind kind, in StreamFeatures features)
    {
        var values = _stream.Value.Parameters;
        values[0].Value = id;
        values[3].Value = ordinal;
        values[4].Value = (int)kind;
        values[5].Value = entry.Name;
        values[6].Value = url;
        values[7].Value = OrNull(JsonText.WritePairs(entry.Headers));
        values[8].Value = entry.Group ?? "";
        values[9].Value = OrNull(entry.Logo);
        values[10].Value = OrNull(entry.TvgId);
        values[11].Value = OrNull(entry.TvgName);
        values[12].Value = OrNull(entry.ChannelNumber);
        values[13].Value = entry.IsRadio ? 1 : 0;
        values[14].Value = entry.IsDrm ? 1 : 0;
        values[15].Value = entry.Program is { } program ? program : DBNull.Value;
        values[16].Value = Signed(features.Key);
        values[17].Value = Signed(features.Name);
        values[18].Value = Signed(features.Skeleton);
        values[19].Value = Signed(features.Group);
        values[20].Value = Signed(features.Url);
        values[21].Value = Signed(features.Content);
        _stream.Value.ExecuteNonQuery();
    }

    public void InsertChannel(long id, ChannelNumbers numbers, M3uEntry entry, bool isEnabled)
    {
        var values = _channel.Value.Parameters;
        values[0].Value = id;
        values[5].Value = entry.Name;
        values[6].Value = GroupOf(entry);
        values[7].Value = OrNull(entry.Logo);
        values[8].Value = OrNull(entry.TvgId);
        values[9].Value = isEnabled ? 1 : 0;
        do
        {
            var number = numbers.Take(entry.ChannelNumber);
            values[3].Value = number.Major;
            values[4].Value = number.Minor;
        }
        while (_channel.Value.ExecuteNonQuery() == 0);
    }

    public void InsertLink(long channel, int position, long stream)
    {
        var values = _link.Value.Parameters;
        values[0].Value = channel;
        values[1].Value = position;
        values[2].Value = stream;
        _link.Value.ExecuteNonQuery();
    }

    /// <summary>A channel stands in the first of its entry's groups.</summary>
    public static string GroupOf(M3uEntry entry) => entry.Group is not { } list ? ""
        : list.Contains(';', StringComparison.Ordinal) && entry.Groups is [var first, ..] ? first : list;

    public void Dispose()
    {
        foreach (var command in (ReadOnlySpan<Lazy<DbCommand>>)[_stream, _channel, _link])
            if (command.IsValueCreated)
                command.Value.Dispose();
    }

    private static object OrNull(string? text) => text is null ? DBNull.Value : text;

    private static long Signed(ulong hash) => unchecked((long)hash);
}
