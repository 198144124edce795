using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>A unit of a stream that a <see cref="TsGenerator"/> made, as it came out somewhere.</summary>
/// <param name="Pid">Where it was found.</param>
/// <param name="IsPicture">The map says that the PID carries pictures.</param>
/// <param name="Packet">Its first packet, from 0.</param>
/// <param name="Time">Its decoding time as it came out.</param>
/// <param name="Stamp">Whose it is; null where its end is missing.</param>
public sealed record StampedUnit(int Pid, bool IsPicture, long Packet, long Time, TsStamp? Stamp)
{
    /// <summary>How far its time was moved, 33 bits.</summary>
    public long Offset => PesTimestamp.Wrap(Time - Stamp!.Value.Time);
}

/// <summary>Reads the units of a generated stream with their stamps, in any portions. The last unit of each PID is left out: it is still open.</summary>
public sealed class TsStampReader
{
    private readonly ProgramTracker _program = new();
    private readonly Dictionary<int, OpenUnit> _open = [];
    private readonly List<StampedUnit> _units = [];
    private long _packet;

    /// <summary>The complete units so far, in order of their ends.</summary>
    public IReadOnlyList<StampedUnit> Units => _units;

    public static IReadOnlyList<StampedUnit> Read(ReadOnlySpan<byte> stream)
    {
        var reader = new TsStampReader();
        reader.Feed(stream);
        reader.Complete();
        return reader.Units;
    }

    /// <summary>Takes whole packets.</summary>
    public void Feed(ReadOnlySpan<byte> packets)
    {
        for (; packets.Length >= TsConstants.PacketSize; packets = packets[TsConstants.PacketSize..])
            Take(new TsPacket(packets[..TsConstants.PacketSize]));
    }

    /// <summary>Says that nothing follows: what is open ends here.</summary>
    public void Complete()
    {
        foreach (var unit in _open.Values)
            Close(unit);
        _open.Clear();
    }

    private void Take(in TsPacket packet)
    {
        _program.Feed(packet.Bytes);
        var pid = packet.Pid;
        if (packet.HasPayload && _program.Map?.Streams.FirstOrDefault(stream => stream.Pid == pid) is { } stream)
        {
            if (packet.StartsUnit)
            {
                if (_open.Remove(pid, out var before))
                    Close(before);
                if (PesHeader.TryRead(packet.Payload, out var header) && header.DecodeTime is { } time)
                    _open[pid] = new OpenUnit(pid, stream.Codec.IsVideo(), _packet, time, []);
            }

            if (_open.TryGetValue(pid, out var unit))
                unit.Bytes.AddRange(packet.Payload);
        }

        _packet++;
    }

    private void Close(OpenUnit unit) => _units.Add(new StampedUnit(
        unit.Pid, unit.IsPicture, unit.Packet, unit.Time, TsStamp.ReadAtEnd(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(unit.Bytes))));

    private sealed record OpenUnit(int Pid, bool IsPicture, long Packet, long Time, List<byte> Bytes);
}
