using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.MpegTs;

public class TsAllocationTests
{
    [Fact]
    public void Framing_tables_headers_and_detection_allocate_nothing_per_packet()
    {
        var stream = new TsGenerator().Seconds(4);
        var framer = new TsFramer();
        var tracker = new ProgramTracker();
        var detector = new RandomAccessDetector(StreamCodec.H264);
        var least = long.MaxValue;

        // The runtime itself allocates now and then while it compiles better code; what a packet costs, every pass would show.
        for (var pass = 0; pass < 10 && least > 0; pass++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var found = Pass(stream, framer, tracker, detector);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(4, found);
        }

        Assert.Equal(0, least);
    }

    private static int Pass(byte[] stream, TsFramer framer, ProgramTracker tracker, RandomAccessDetector detector)
    {
        var found = 0;
        for (var at = 0; at < stream.Length; at += 10_007)
        {
            ReadOnlySpan<byte> input = stream.AsSpan(at, Math.Min(10_007, stream.Length - at));
            for (var run = framer.Next(ref input); !run.IsEmpty; run = framer.Next(ref input))
                for (; !run.IsEmpty; run = run[TsConstants.PacketSize..])
                    if (Look(run[..TsConstants.PacketSize], tracker, detector))
                        found++;
        }

        return found;
    }

    private static bool Look(ReadOnlySpan<byte> bytes, ProgramTracker tracker, RandomAccessDetector detector)
    {
        var packet = new TsPacket(bytes);
        tracker.Feed(bytes);
        packet.TryReadPcr(out _);
        if (packet.StartsUnit)
            PesHeader.TryRead(packet.Payload, out _);
        return packet.Pid == 0x100 && detector.Feed(bytes) == AccessUnitVerdict.RandomAccess && packet.StartsUnit;
    }
}
