using PlexBridge.Streaming.Buffers;

namespace PlexBridge.Streaming.Tests.Buffers;

public sealed class ReadBufferTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public void A_source_that_fills_it_gets_a_larger_one_and_a_trickle_a_small_one_again()
    {
        var buffer = new ReadBuffer(isPaced: false);
        var small = buffer.Memory.Length;
        buffer.Fit(small, 0, viewers: 3);
        Assert.InRange(buffer.Memory.Length, small * 2, Megabyte / 4);

        for (var read = 0; read < 200; read++)
            buffer.Fit(1316, 0, viewers: 3);

        Assert.Equal(small, buffer.Memory.Length);
    }

    [Fact]
    public void One_viewer_is_served_in_larger_steps_than_several()
    {
        var buffer = new ReadBuffer(isPaced: false);
        for (var read = 0; read < 3; read++)
            buffer.Fit(buffer.Memory.Length, 0, viewers: 1);
        Assert.Equal(Megabyte, buffer.Memory.Length);

        buffer.Fit(300_000, 0, viewers: 2);

        Assert.Equal(Megabyte / 4, buffer.Memory.Length);
        Assert.True(ReadBuffer.IsFast(250_000, viewers: 8));
        Assert.False(ReadBuffer.IsFast(250_000, viewers: 1));
    }

    [Fact]
    public void Where_the_pace_is_ours_a_read_is_a_step_of_the_stream()
    {
        var buffer = new ReadBuffer(isPaced: true);
        buffer.Fit(32_768, bitsPerSecond: 128_000, viewers: 1);
        Assert.Equal(32_768, buffer.Memory.Length);

        buffer.Fit(32_768, bitsPerSecond: 4_000_000, viewers: 1);

        Assert.Equal(250_000, buffer.Memory.Length);
    }
}
