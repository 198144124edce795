using System.Diagnostics;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Benchmarks.Load;

/// <summary>
/// Times from the source's write to the viewer's read of every stamped packet, and whether all packets came. One per
/// viewer, used by its sink's thread; read it when the sink is gone.
/// </summary>
internal sealed class DelayMeter
{
    private const double StepMilliseconds = 0.1;

    private readonly long[] _counts = new long[20_000];
    private readonly int[] _counters = new int[TsConstants.PidCount];
    private bool _isWarm;

    public DelayMeter() => Array.Fill(_counters, -1);

    /// <summary>Breaks of a continuity counter, announced or not: packets that the viewer should have got.</summary>
    public long Drops { get; private set; }

    /// <summary>From now on; before, what the relay had kept for joiners arrived, as old as it was.</summary>
    public void Begin() => Volatile.Write(ref _isWarm, true);

    public void Take(ReadOnlySpan<byte> packets, long read)
    {
        var isWarm = Volatile.Read(ref _isWarm);
        for (; !packets.IsEmpty; packets = packets[TsConstants.PacketSize..])
        {
            var packet = new TsPacket(packets);
            if (isWarm)
                Count(packet, read);
            if (packet.HasPayload && !packet.IsNull)
                _counters[packet.Pid] = packet.ContinuityCounter;
        }
    }

    /// <summary>The delay in milliseconds that this share of all packets of all meters didn't exceed.</summary>
    public static double Percentile(IReadOnlyList<DelayMeter> meters, double share)
    {
        var left = (long)Math.Ceiling(meters.Sum(meter => meter._counts.Sum()) * share);
        for (var step = 0; step < meters[0]._counts.Length; step++)
            if ((left -= meters.Sum(meter => meter._counts[step])) <= 0)
                return (step + 1) * StepMilliseconds;
        return double.PositiveInfinity;
    }

    private void Count(in TsPacket packet, long read)
    {
        if (packet.HasPayload && !packet.IsNull && _counters[packet.Pid] is >= 0 and var last && packet.ContinuityCounter != ((last + 1) & 0x0F))
            Drops++;
        if (!Stamp.TryRead(packet, out var written))
            return;
        var step = (int)(Stopwatch.GetElapsedTime(written, read).TotalMilliseconds / StepMilliseconds);
        _counts[Math.Clamp(step, 0, _counts.Length - 1)]++;
    }
}
