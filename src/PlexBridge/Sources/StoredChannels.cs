using System.Data.Common;
using System.Runtime.InteropServices;
using PlexBridge.Channels;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>A stream's place in a channel of its source.</summary>
/// <param name="Last">The highest position of that channel.</param>
/// <param name="IsEdited">A user changed name, number, state or streams: the channel stays as it is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChannelLink(
    long Stream, long Channel, int Position, bool IsPrimary, int Last, bool IsEnabled, bool IsEnabledEdited, bool IsStreamsEdited, bool IsEdited);

/// <summary>Which channel each stream of a source stands in. Sorted by stream.</summary>
internal sealed class StoredChannels(ChannelLink[] links)
{
    public static StoredChannels Read(DbConnection connection, SourceId source)
    {
        var links = new List<ChannelLink>();
        using var command = connection.Command(
            """
            SELECT cs.stream_id, c.id, cs.position, c.enabled, c.enabled_edited, c.streams_edited, c.name_edited + c.number_edited
            FROM channels c JOIN channel_streams cs ON cs.channel_id = c.id
            WHERE c.source_id = @source ORDER BY c.id, cs.position
            """, ("@source", source.Value));
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var channel = rows.GetInt64(1);
            var isPrimary = links.Count == 0 || links[^1].Channel != channel;
            var position = rows.GetInt32(2);
            links.Add(new ChannelLink(
                rows.GetInt64(0), channel, position, isPrimary, position, rows.IsTrue(3), rows.IsTrue(4), rows.IsTrue(5),
                rows.IsTrue(4) || rows.IsTrue(5) || rows.IsTrue(6)));
        }
        for (var i = links.Count - 2; i >= 0; i--)
            if (links[i].Channel == links[i + 1].Channel)
                links[i] = links[i] with { Last = links[i + 1].Last };
        var sorted = links.ToArray();
        Array.Sort(sorted, (a, b) => a.Stream.CompareTo(b.Stream));
        return new StoredChannels(sorted);
    }

    /// <summary>The first place of a stream; null where it stands in no channel.</summary>
    public ChannelLink? Find(long stream)
    {
        int low = 0, high = links.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (links[middle].Stream < stream)
                low = middle + 1;
            else
                high = middle;
        }
        return low < links.Length && links[low].Stream == stream ? links[low] : null;
    }
}
