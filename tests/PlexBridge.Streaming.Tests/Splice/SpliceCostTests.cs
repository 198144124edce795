using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Splice;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Splice;

public sealed class SpliceCostTests
{
    [Fact]
    public void Packets_from_a_source_into_the_relays_stream_allocate_nothing_each()
    {
        var history = new RelayHistory(32 << 20);
        using var writer = new PacketWriter(new TsBlockPool()) { OnSlice = slice => history.Add(slice) };
        var intake = new StreamIntake(new SpliceOutput(writer), new ManualTimeProvider(), new IntakeOptions(TimeSpan.FromSeconds(4), false, true));
        var generator = new TsGenerator(new TsGeneratorOptions { BitsPerSecond = 60_000_000 });
        const int ReadSize = 20_000;
        const int Pass = 250_000;
        var least = long.MaxValue;

        // History and pool grow to their size in the first pass or two.
        for (var pass = 0; pass < 4; pass++)
        {
            var allocated = 0L;
            for (var packets = 0; packets < Pass;)
            {
                var bytes = generator.Seconds(1);
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var at = 0; at < bytes.Length; at += ReadSize)
                    intake.Feed(bytes.AsSpan(at, Math.Min(ReadSize, bytes.Length - at)));
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                packets += bytes.Length / TsConstants.PacketSize;
            }

            least = Math.Min(least, allocated);
        }

        Assert.True(intake.IsPassing);
        Assert.True(history.CanJoin);
        // A picture or a block now and then may cost a few bytes; the smallest object for each packet would be 24.
        Assert.InRange(least, 0, Pass / 4);
        history.Clear();
    }
}
