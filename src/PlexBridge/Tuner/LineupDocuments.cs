using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using PlexBridge.Channels;
using PlexBridge.Formats.HdHomeRun;

namespace PlexBridge.Tuner;

/// <summary>
/// The lineup as its clients read it. The JSON is asked for before every tune, so its bytes are kept per lineup and
/// address; thread-safe.
/// </summary>
internal sealed class LineupDocuments(Func<Lineup> current)
{
    // A household reaches us under a handful of addresses; more would be somebody making names up.
    private const int AddressLimit = 16;

    private volatile Kept _kept = new(Lineup.Empty);

    public byte[] Json(string baseAddress)
    {
        var lineup = current();
        var kept = _kept;
        if (!ReferenceEquals(kept.Lineup, lineup))
            _kept = kept = new Kept(lineup);
        if (kept.ByAddress.TryGetValue(baseAddress, out var bytes))
            return bytes;
        var output = new ArrayBufferWriter<byte>(256 + (lineup.Channels.Length * 128));
        LineupJson.Write(output, Entries(lineup, baseAddress));
        bytes = output.WrittenSpan.ToArray();
        if (kept.ByAddress.Count < AddressLimit)
            kept.ByAddress.TryAdd(baseAddress, bytes);
        return bytes;
    }

    public byte[] Xml(string baseAddress) => Encoding.UTF8.GetBytes(LineupXml.Write(Entries(current(), baseAddress)));

    public byte[] M3u(string baseAddress) => Encoding.UTF8.GetBytes(LineupM3u.Write(Entries(current(), baseAddress)));

    private static IEnumerable<LineupEntry> Entries(Lineup lineup, string baseAddress)
    {
        foreach (var channel in lineup.Channels)
        {
            var number = channel.Number.ToString();
            yield return new LineupEntry(number, channel.Name, baseAddress + "/auto/v" + number)
            {
                IsHd = channel.IsHd,
                IsFavorite = channel.IsFavorite,
                IsDrm = channel.IsDrm,
            };
        }
    }

    private sealed record Kept(Lineup Lineup)
    {
        public ConcurrentDictionary<string, byte[]> ByAddress { get; } = new(StringComparer.Ordinal);
    }
}
