using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Benchmarks.Load;

/// <summary>One connection's place in a <see cref="StreamLoop"/>: timestamps, clock and counters go on from lap to lap.</summary>
internal sealed class StreamCursor(StreamLoop loop)
{
    private long _laps;
    private int _at;

    /// <summary>Goes to a second of the stream, counted from its beginning.</summary>
    public void SeekTo(long second)
    {
        var (laps, rest) = Math.DivRem(second, (long)StreamLoop.LapTime.TotalSeconds);
        _laps = laps;
        _at = loop.OffsetOf((int)rest);
    }

    /// <summary>Fills whole packets with what comes next.</summary>
    public void Read(Span<byte> packets)
    {
        while (!packets.IsEmpty)
        {
            var part = packets[..Math.Min(packets.Length, loop.Lap.Length - _at)];
            loop.Lap.Slice(_at, part.Length).CopyTo(part);
            if (_laps > 0)
                Renew(part);
            _at += part.Length;
            if (_at == loop.Lap.Length)
            {
                _at = 0;
                _laps++;
            }

            packets = packets[part.Length..];
        }
    }

    private void Renew(Span<byte> packets)
    {
        var ticks = _laps * (long)StreamLoop.LapTime.TotalSeconds * TsConstants.TimestampFrequency;
        for (; !packets.IsEmpty; packets = packets[TsConstants.PacketSize..])
        {
            var packet = new TsPacket(packets);
            TsPacketEdit.SetContinuityCounter(packets, (int)(packet.ContinuityCounter + (_laps * loop.Counts[packet.Pid])));
            if (packet.TryReadPcr(out var clock))
                TsPacketEdit.TryWritePcr(packets, clock + (ticks * 300));
            if (packet.StartsUnit)
                PesHeader.TryShift(packets[packet.PayloadOffset..TsConstants.PacketSize], ticks);
        }
    }
}
