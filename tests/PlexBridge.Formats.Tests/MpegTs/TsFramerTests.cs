using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.MpegTs;

public class TsFramerTests
{
    private static readonly byte[] Stream = new TsGenerator().Frames(10);

    [Fact]
    public void Aligned_input_is_handed_out_as_one_slice_of_itself()
    {
        var framer = new TsFramer();
        ReadOnlySpan<byte> input = Stream;

        var run = framer.Next(ref input);

        Assert.True(run.Overlaps(Stream, out var offset));
        Assert.Equal((0, Stream.Length), (offset, run.Length));
        Assert.Equal((TsFraming.Locked, 188, 0L), (framer.State, framer.Stride, framer.SkippedBytes));
        Assert.True(framer.Next(ref input).IsEmpty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_splits_give_the_same_packets(int seed)
    {
        var random = new Random(seed);
        var framer = new TsFramer();

        var packets = Frame(framer, Stream, () => random.Next(1, seed * 300));

        Assert.Equal(Stream, packets);
        Assert.Equal(Stream.Length / 188, framer.PacketCount);
    }

    [Fact]
    public void Single_bytes_give_the_same_packets()
    {
        Assert.Equal(Stream, Frame(new TsFramer(), Stream, () => 1));
    }

    [Theory]
    [InlineData(192, 4)]
    [InlineData(204, 0)]
    public void Longer_strides_are_recognized_and_trimmed(int stride, int before)
    {
        var wrapped = new List<byte>();
        foreach (var packet in Stream.Chunk(188))
        {
            wrapped.AddRange(new byte[before]);
            wrapped.AddRange(packet);
            wrapped.AddRange(new byte[stride - 188 - before]);
        }

        var random = new Random(stride);
        var framer = new TsFramer();

        Assert.Equal(Stream, Frame(framer, [.. wrapped], () => random.Next(1, 700)));
        Assert.Equal((stride, 0L), (framer.Stride, framer.LostLocks));
        Assert.Equal(before, framer.SkippedBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(187)]
    [InlineData(5000)]
    public void Junk_before_the_first_packet_is_skipped(int length)
    {
        var junk = new byte[length];
        new Random(length).NextBytes(junk);
        var framer = new TsFramer();

        Assert.Equal(Stream, Frame(framer, [.. junk, .. Stream], () => 1000));
        Assert.Equal(length, framer.SkippedBytes);
    }

    [Fact]
    public void Junk_between_packets_costs_no_packet()
    {
        var framer = new TsFramer();

        var packets = Frame(framer, [.. Stream[..1880], .. new byte[50], .. Stream[1880..]], () => 333);

        Assert.Equal(Stream, packets);
        Assert.Equal((1L, 50L), (framer.LostLocks, framer.SkippedBytes));
    }

    [Fact]
    public void Junk_inside_a_packet_costs_that_packet()
    {
        var framer = new TsFramer();

        var packets = Frame(framer, [.. Stream[..1900], .. new byte[50], .. Stream[1900..]], () => 4096);

        Assert.Equal(Stream.Length, packets.Length);
        Assert.Equal(Stream[2068..], packets[2068..]);
        Assert.Equal((1L, 50L), (framer.LostLocks, framer.SkippedBytes));
    }

    [Fact]
    public void One_broken_sync_byte_costs_one_packet_and_keeps_the_lock()
    {
        var broken = (byte[])Stream.Clone();
        broken[1880] = 0;
        var framer = new TsFramer();

        Assert.Equal([.. Stream[..1880], .. Stream[2068..]], Frame(framer, broken, () => 500));
        Assert.Equal((0L, 188L), (framer.LostLocks, framer.SkippedBytes));
    }

    [Fact]
    public void A_web_page_is_declared_to_be_no_transport_stream()
    {
        var page = new byte[40_000];
        "<!DOCTYPE html><html><head><title>GGGGG</title>"u8.CopyTo(page);
        page.AsSpan(50).Fill((byte)'G' + 1);
        var framer = new TsFramer(32 * 1024);

        Assert.Empty(Frame(framer, page, () => 1460));
        Assert.Equal(TsFraming.NotTransportStream, framer.State);

        framer.Reset();
        Assert.Equal(Stream, Frame(framer, Stream, () => 1460));
    }

    private static byte[] Frame(TsFramer framer, byte[] stream, Func<int> size)
    {
        var packets = new List<byte>();
        for (var at = 0; at < stream.Length;)
        {
            var count = Math.Min(size(), stream.Length - at);
            ReadOnlySpan<byte> input = stream.AsSpan(at, count);
            for (var run = framer.Next(ref input); !run.IsEmpty; run = framer.Next(ref input))
            {
                Assert.Equal(0, run.Length % 188);
                packets.AddRange(run);
            }

            Assert.True(input.IsEmpty);
            at += count;
        }

        return [.. packets];
    }
}
