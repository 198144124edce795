namespace PlexBridge.Testing;

/// <summary>A place where the units of a PID stand further apart than usual, as at a splice.</summary>
/// <param name="Pid">Whose.</param>
/// <param name="Packet">The packet, from 0, that begins the unit behind the gap.</param>
/// <param name="Stream">How much of the stream's own time is empty: from the end of one unit to the next.</param>
/// <param name="Bytes">Bytes of the whole stream from the one unit's first packet to the other's.</param>
/// <param name="Arrival">Time between the arrivals of the two, where the feeder tells it.</param>
public sealed record TsGap(int Pid, long Packet, TimeSpan Stream, long Bytes, TimeSpan Arrival)
{
    public override string ToString() => $"packet {Packet}, PID {Pid:X4}: {Stream.TotalMilliseconds:F0} ms of the stream, {Arrival.TotalMilliseconds:F0} ms and {Bytes} bytes between two units";
}
