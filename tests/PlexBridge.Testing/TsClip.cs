using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>
/// A recorded transport stream that plays over and over as a live one: clocks, timestamps and counters go on where it
/// starts again, and whoever connects comes in where it is at that moment. Read-only after loading; any thread.
/// </summary>
public sealed class TsClip
{
    private readonly List<(long At, byte[] Packets)> _chunks = [];
    private readonly long _length;

    private TsClip(byte[] recording)
    {
        var times = new Dictionary<int, (long First, long Last, long Step)>();
        var units = new Dictionary<int, TsUnitCheck>();
        var tracker = new ProgramTracker();
        var first = -1L;
        var chunk = new List<byte>();
        var at = 0L;
        for (var offset = 0; offset + TsConstants.PacketSize <= recording.Length; offset += TsConstants.PacketSize)
        {
            var packet = new TsPacket(recording.AsSpan(offset, TsConstants.PacketSize));
            tracker.Feed(packet.Bytes);
            if (packet.Pid == tracker.Map?.PcrPid && packet.TryReadPcr(out var clock))
            {
                first = first < 0 ? clock : first;
                if (chunk.Count > 0)
                    _chunks.Add((at, [.. chunk]));
                chunk.Clear();
                at = TsClock.Difference(clock, first) / 300;
            }

            chunk.AddRange(packet.Bytes);
            var pid = packet.Pid;
            if (packet.HasPayload && tracker.Map?.Streams.FirstOrDefault(stream => stream.Pid == pid) is { } stream)
            {
                if (!units.TryGetValue(pid, out var unit))
                    units.Add(pid, unit = new TsUnitCheck(stream.Codec));
                unit.Feed(packet);
            }

            if (packet.StartsUnit && PesHeader.TryRead(packet.Payload, out var header) && header.DecodeTime is { } time)
                times[packet.Pid] = times.TryGetValue(packet.Pid, out var known) ? (known.First, time, time - known.Last) : (time, time, 0);
        }

        if (chunk.Count > 0)
            _chunks.Add((at, [.. chunk]));
        Map = tracker.Map ?? throw new InvalidDataException("the clip has no tables");
        _length = times.Max(pid => pid.Value.Last + LastOf(pid.Key, pid.Value.Step) - pid.Value.First);

        // The last PES packet of sound is often shorter than the others: what counts is what is in it.
        long LastOf(int pid, long step) => units[pid].Span > TimeSpan.Zero ? (long)(units[pid].Span.TotalSeconds * TsConstants.TimestampFrequency) : step;
    }

    /// <summary>What the clip holds.</summary>
    public ProgramMap Map { get; }

    /// <summary>After this it starts again.</summary>
    public TimeSpan Length => Time(_length);

    public static TsClip Load(string file) => new(File.ReadAllBytes(file));

    /// <summary>The live stream from a position on, endless.</summary>
    /// <param name="position">Where it is when somebody connects.</param>
    /// <param name="timestamps">Added to all clocks, 90 kHz ticks.</param>
    public IEnumerable<LiveChunk> Play(TimeSpan position, long timestamps = 0)
    {
        var counters = new int[TsConstants.PidCount];
        for (var round = (long)(position / Length); ; round++)
            foreach (var (at, packets) in _chunks)
            {
                var when = Time((round * _length) + at) - position;
                if (when >= TimeSpan.Zero)
                    yield return new LiveChunk(when, Moved(packets, timestamps + (round * _length), counters));
            }
    }

    private static TimeSpan Time(long ticks) => TimeSpan.FromSeconds((double)ticks / TsConstants.TimestampFrequency);

    private static byte[] Moved(byte[] packets, long offset, int[] counters)
    {
        var moved = (byte[])packets.Clone();
        for (var at = 0; at < moved.Length; at += TsConstants.PacketSize)
        {
            var packet = moved.AsSpan(at, TsConstants.PacketSize);
            var view = new TsPacket(packet);
            if (view.HasPayload)
                counters[view.Pid]++;
            TsPacketEdit.SetContinuityCounter(packet, counters[view.Pid]);
            if (view.TryReadPcr(out var clock))
                TsPacketEdit.TryWritePcr(packet, clock + (offset * 300));
            if (view.StartsUnit && view.Pid >= 0x20)
                PesHeader.TryShift(packet[view.PayloadOffset..], offset);
        }

        return moved;
    }
}
