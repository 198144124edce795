using System.Data.Common;
using System.Runtime.InteropServices;
using PlexBridge.Channels;
using PlexBridge.Formats.M3u;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>The streams of a source as they are in force, vanished ones included, in the order of their list. Flat arrays.</summary>
internal sealed class StoredStreams
{
    private readonly Row[] _rows;

    private StoredStreams(Row[] rows, StreamFeatureTable features)
    {
        _rows = rows;
        Features = features;
    }

    public int Count => _rows.Length;

    public StreamFeatureTable Features { get; }

    /// <summary>Live ones that the source still lists.</summary>
    public int LiveCount => _rows.Count(row => row.Kind == EntryKind.Live && row.VanishedAt == 0);

    /// <summary>Whether any is no longer listed.</summary>
    public bool HasVanished => Array.Exists(_rows, row => row.VanishedAt != 0);

    public long Id(int index) => _rows[index].Id;

    public long Run(int index) => _rows[index].Run;

    public int Ordinal(int index) => _rows[index].Ordinal;

    public EntryKind Kind(int index) => _rows[index].Kind;

    /// <summary>UTC ticks; 0 where the source still lists it.</summary>
    public long VanishedAt(int index) => _rows[index].VanishedAt;

    /// <summary>Reads them; versions beyond the run in force must be gone already.</summary>
    public static StoredStreams Read(DbConnection connection, SourceId source)
    {
        var count = (int)connection.Number("SELECT COUNT(DISTINCT id) FROM streams WHERE source_id = @source", ("@source", source.Value));
        var rows = new Row[count];
        var features = new StreamFeatureTable(count);
        var read = 0;
        using var command = connection.Command(
            """
            SELECT t.id, t.run, t.ordinal, t.kind, t.vanished_at, t.content_hash, t.url_hash, t.key_hash, t.name_hash, t.skeleton_hash, t.group_hash
            FROM streams t
            WHERE t.source_id = @source AND NOT EXISTS (SELECT 1 FROM streams later WHERE later.id = t.id AND later.run > t.run)
            ORDER BY t.id
            """, ("@source", source.Value));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows[read++] = new Row(
                reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(4) ? 0 : reader.GetInt64(4), reader.GetInt32(2), (EntryKind)reader.GetInt32(3));
            features.Add(new StreamFeatures(Hash(5), Hash(6), Hash(7), Hash(8), Hash(9), Hash(10)));
        }
        return InListOrder(rows, features);

        ulong Hash(int column) => unchecked((ulong)reader.GetInt64(column));
    }

    private static StoredStreams InListOrder(Row[] rows, StreamFeatureTable features)
    {
        var isSorted = true;
        for (var i = 1; i < rows.Length && isSorted; i++)
            isSorted = rows[i - 1].Ordinal <= rows[i].Ordinal;
        if (isSorted)
            return new StoredStreams(rows, features);
        var order = Enumerable.Range(0, rows.Length).ToArray();
        Array.Sort(order, (a, b) => rows[a].Ordinal != rows[b].Ordinal ? rows[a].Ordinal.CompareTo(rows[b].Ordinal) : a.CompareTo(b));
        return new StoredStreams(Array.ConvertAll(order, i => rows[i]), features.InOrder(order));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Row(long Id, long Run, long VanishedAt, int Ordinal, EntryKind Kind);
}
