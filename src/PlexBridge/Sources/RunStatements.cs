using System.Data.Common;
using System.Globalization;
using PlexBridge.Channels;
using PlexBridge.Formats.M3u;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>The writing statements of one batch, prepared once and used for many rows. Lives as long as its transaction.</summary>
internal sealed class RunStatements(DbConnection connection, SourceId source, long run) : IDisposable
{
    private static readonly string[] StreamColumns =
        ["id", "ordinal", "kind", "name", "url", "group_name", "logo", "tvg_id", "tvg_name", "key_hash", "name_hash", "skeleton_hash", "group_hash", "url_hash", "content_hash"];

    private static readonly string[] RareColumns = ["headers", "wanted_number", "radio", "drm", "program"];

    // Binding parameters by name costs more than the insert itself: the fewer, the better.
    private readonly Lazy<DbCommand> _plainStream = new(() => Insert(connection, "INSERT INTO streams", StreamColumns, source, run));

    private readonly Lazy<DbCommand> _stream = new(() => Insert(connection, "INSERT INTO streams", [.. StreamColumns, .. RareColumns], source, run));

    // A user may have taken the number this very moment: then nothing is inserted and the next number is tried.
    private readonly Lazy<DbCommand> _channel = new(() => Insert(
        connection, "INSERT OR IGNORE INTO channels", ["id", "number_major", "number_minor", "name", "group_name", "logo", "tvg_id", "enabled"], source, run));

    private readonly Lazy<DbCommand> _link = new(() => connection.Command(string.Create(CultureInfo.InvariantCulture,
        $"INSERT OR IGNORE INTO channel_streams (channel_id, position, stream_id, run) VALUES (@channel, @position, @stream, {run})"),
        ("@channel", 0L), ("@position", 0), ("@stream", 0L)));

    public void InsertStream(long id, int ordinal, M3uEntry entry, string url, EntryKind kind, in StreamFeatures features)
    {
        var isPlain = entry.Headers.Count == 0 && entry.ChannelNumber is null && !entry.IsRadio && !entry.IsDrm && entry.Program is null;
        var command = isPlain ? _plainStream.Value : _stream.Value;
        var values = command.Parameters;
        values[0].Value = id;
        values[1].Value = ordinal;
        values[2].Value = (int)kind;
        values[3].Value = entry.Name;
        values[4].Value = url;
        values[5].Value = entry.Group ?? "";
        values[6].Value = OrNull(entry.Logo);
        values[7].Value = OrNull(entry.TvgId);
        values[8].Value = OrNull(entry.TvgName);
        values[9].Value = Signed(features.Key);
        values[10].Value = Signed(features.Name);
        values[11].Value = Signed(features.Skeleton);
        values[12].Value = Signed(features.Group);
        values[13].Value = Signed(features.Url);
        values[14].Value = Signed(features.Content);
        if (!isPlain)
        {
            values[15].Value = OrNull(JsonText.WritePairs(entry.Headers));
            values[16].Value = OrNull(entry.ChannelNumber);
            values[17].Value = entry.IsRadio ? 1 : 0;
            values[18].Value = entry.IsDrm ? 1 : 0;
            values[19].Value = entry.Program is { } program ? program : DBNull.Value;
        }
        command.ExecuteNonQuery();
    }

    public void InsertChannel(long id, ChannelNumbers numbers, M3uEntry entry, bool isEnabled)
    {
        var values = _channel.Value.Parameters;
        values[0].Value = id;
        values[3].Value = entry.Name;
        values[4].Value = GroupOf(entry);
        values[5].Value = OrNull(entry.Logo);
        values[6].Value = OrNull(entry.TvgId);
        values[7].Value = isEnabled ? 1 : 0;
        do
        {
            var number = numbers.Take(entry.ChannelNumber);
            values[1].Value = number.Major;
            values[2].Value = number.Minor;
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
        foreach (var command in (ReadOnlySpan<Lazy<DbCommand>>)[_plainStream, _stream, _channel, _link])
            if (command.IsValueCreated)
                command.Value.Dispose();
    }

    private static DbCommand Insert(DbConnection connection, string statement, string[] columns, SourceId source, long run) => connection.Command(
        string.Create(CultureInfo.InvariantCulture, $"{statement} (run, source_id, {string.Join(", ", columns)}) VALUES ({run}, {source.Value}, @{string.Join(", @", columns)})"),
        [.. columns.Select(column => ("@" + column, (object?)null))]);

    private static object OrNull(string? text) => text is null ? DBNull.Value : text;

    private static long Signed(ulong hash) => unchecked((long)hash);
}
