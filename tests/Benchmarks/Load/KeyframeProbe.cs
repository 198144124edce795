using System.Diagnostics;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Benchmarks.Load;

/// <summary>Joins a channel, and leaves as soon as the first key picture is there in full: when the next picture begins.</summary>
internal static class KeyframeProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>From before the connection is asked for.</summary>
    public static async Task<TimeSpan> JoinAsync(IRelaying relaying, int channel)
    {
        var complete = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hasKey = false;
        var started = Stopwatch.GetTimestamp();
        using var sink = new Sink(relaying.EndPoint, relaying.Path(channel), (packets, read) =>
        {
            for (; !packets.IsEmpty; packets = packets[TsConstants.PacketSize..])
            {
                var packet = new TsPacket(packets);
                if (packet.Pid != StreamLoop.VideoPid || !packet.StartsUnit)
                    continue;
                if (hasKey)
                    complete.TrySetResult(read);
                hasKey |= packet.IsRandomAccess;
            }
        });
        try
        {
            return Stopwatch.GetElapsedTime(started, await complete.Task.WaitAsync(Limit));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{relaying.Name}: no key picture within {Limit.TotalSeconds} s; {sink.Fault ?? $"{sink.Received} bytes came"}", e);
        }
    }
}
