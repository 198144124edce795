using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>What can befall whole packets of a stream on the way. Each gives a change that is applied to one portion after the other.</summary>
public static class TsDamage
{
    /// <summary>The payload of these PIDs is encrypted: the control bits say so.</summary>
    public static Func<byte[], byte[]> Scrambled(params int[] pids) => packets =>
    {
        foreach (var packet in In(packets))
            if (Array.IndexOf(pids, new TsPacket(packet.Span).Pid) >= 0)
                packet.Span[3] |= 0xC0;
        return packets;
    };

    /// <summary>The bytes go on, and the clock stands at its first value.</summary>
    public static Func<byte[], byte[]> FrozenClock()
    {
        long? frozen = null;
        return packets =>
        {
            foreach (var packet in In(packets))
                if (new TsPacket(packet.Span).TryReadPcr(out var clock))
                    TsPacketEdit.TryWritePcr(packet.Span, frozen ??= clock);
            return packets;
        };
    }

    /// <summary>Clock, pictures and sound all stand at their first times, over and over.</summary>
    public static Func<byte[], byte[]> FrozenTime()
    {
        var clock = FrozenClock();
        var times = new Dictionary<int, long>();
        return packets =>
        {
            foreach (var packet in In(packets))
            {
                var view = new TsPacket(packet.Span);
                if (!view.StartsUnit || !PesHeader.TryRead(view.Payload, out var header) || header.DecodeTime is not { } time)
                    continue;
                var first = times.TryGetValue(view.Pid, out var known) ? known : times[view.Pid] = time;
                PesHeader.TryShift(packet.Span[view.PayloadOffset..], PesTimestamp.Difference(first, time));
            }

            return clock(packets);
        };
    }

    /// <summary>A PID is missing from now on, though the tables still name it.</summary>
    public static Func<byte[], byte[]> Without(int pid) =>
        packets => [.. In(packets).Where(packet => new TsPacket(packet.Span).Pid != pid).SelectMany(packet => packet.ToArray())];

    /// <summary>Only packets of these PIDs are left.</summary>
    public static Func<byte[], byte[]> Only(params int[] pids) =>
        packets => [.. In(packets).Where(packet => Array.IndexOf(pids, new TsPacket(packet.Span).Pid) >= 0).SelectMany(packet => packet.ToArray())];

    /// <summary>Something else in place of the stream, such as a page.</summary>
    public static Func<byte[], byte[]> ReplacedBy(byte[] other) => _ => other;

    private static IEnumerable<Memory<byte>> In(byte[] packets)
    {
        for (var at = 0; at + TsConstants.PacketSize <= packets.Length; at += TsConstants.PacketSize)
            yield return packets.AsMemory(at, TsConstants.PacketSize);
    }
}
