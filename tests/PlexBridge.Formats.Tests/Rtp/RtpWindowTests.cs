using PlexBridge.Formats.Rtp;

namespace PlexBridge.Formats.Tests.Rtp;

public sealed class RtpWindowTests
{
    private readonly List<int> _out = [];

    [Fact]
    public void Packets_in_order_go_straight_through_over_the_wrap()
    {
        var window = new RtpWindow();

        Feed(window, 65_534, 65_535, 0, 1, 2);

        Assert.Equal([65_534, 65_535, 0, 1, 2], _out);
        Assert.Equal((0, 0, 0, 0), (window.Lost, window.Late, window.Duplicates, window.Reordered));
    }

    [Fact]
    public void Packets_out_of_order_are_put_in_order()
    {
        var window = new RtpWindow();

        Feed(window, 65_534, 0, 65_535, 3, 2, 1, 4);

        Assert.Equal([65_534, 65_535, 0, 1, 2, 3, 4], _out);
        Assert.Equal(0, window.Lost);
        Assert.Equal(3, window.Reordered);
        Assert.Equal(0, window.HeldCount);
    }

    [Fact]
    public void A_gap_is_given_up_when_the_window_is_full()
    {
        var window = new RtpWindow(capacity: 4);

        Feed(window, 10, 12, 13, 14);
        Assert.Equal([10], _out);
        Feed(window, 15, 16);

        Assert.Equal([10, 12, 13, 14, 15, 16], _out);
        Assert.Equal(1, window.Lost);
    }

    [Fact]
    public void A_gap_is_given_up_when_patience_is_over()
    {
        var window = new RtpWindow();

        Feed(window, 10, 13, 14, 17);
        window.GiveUp();
        Drain(window);
        Assert.Equal([10, 13, 14], _out);
        window.GiveUp();
        Drain(window);

        Assert.Equal([10, 13, 14, 17], _out);
        Assert.Equal(4, window.Lost);
    }

    [Fact]
    public void What_comes_twice_or_too_late_is_dropped_and_told_apart()
    {
        var window = new RtpWindow(capacity: 2);

        Feed(window, 1, 2, 2, 1, 4, 4, 5, 6, 3, 3);

        Assert.Equal([1, 2, 4, 5, 6], _out);
        Assert.Equal(1, window.Lost);
        Assert.Equal(1, window.Late);
        Assert.Equal(4, window.Duplicates);
    }

    [Fact]
    public void A_long_jump_is_followed_from_its_second_packet_on()
    {
        var window = new RtpWindow();

        Feed(window, 1, 2, 500, 501, 502);

        Assert.Equal([1, 2, 500, 501, 502], _out);
        Assert.Equal(497, window.Lost);
        Assert.Equal(1, window.Restarts);
    }

    [Fact]
    public void A_jump_back_is_a_restart_and_no_loss()
    {
        var window = new RtpWindow();

        Feed(window, 5000, 5001, 3, 4, 5);

        Assert.Equal([5000, 5001, 3, 4, 5], _out);
        Assert.Equal(0, window.Lost);
        Assert.Equal(1, window.Restarts);
    }

    [Fact]
    public void A_stray_packet_from_far_off_changes_nothing()
    {
        var window = new RtpWindow();

        Feed(window, 5000, 5001, 90, 5002, 91, 5003);

        Assert.Equal([5000, 5001, 5002, 5003], _out);
        Assert.Equal(0, window.Restarts);
    }

    [Fact]
    public void A_new_sender_is_followed_and_two_at_once_do_not_mix()
    {
        var window = new RtpWindow();

        Place(window, 7, source: 1);
        Place(window, 100, source: 2);
        Place(window, 8, source: 1);
        Place(window, 101, source: 2);
        Place(window, 9, source: 1);
        Assert.Equal([7, 8, 9], _out);
        Place(window, 102, source: 2);
        Place(window, 103, source: 2);
        Place(window, 104, source: 2);

        Assert.Equal([7, 8, 9, 102, 103, 104], _out);
        Assert.Equal(1, window.Restarts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Order_holds_and_counts_add_up_whatever_the_network_does(int seed)
    {
        var random = new Random(seed);
        var window = new RtpWindow(capacity: 32);
        var sent = new List<int>();
        var missing = 0;
        var waiting = new List<(int At, int Sequence)>();
        for (var sequence = 60_000; sequence < 80_000; sequence++)
        {
            if (random.Next(50) == 0 && sequence > 60_000)
            {
                missing++;
                continue;
            }

            sent.Add(sequence);
            waiting.Add((sequence + (random.Next(10) == 0 && sequence > 60_000 ? random.Next(1, 20) : 0), sequence));
        }

        foreach (var (_, sequence) in waiting.OrderBy(packet => packet.At))
        {
            Place(window, sequence % 65_536, source: 1);
            if (random.Next(30) == 0)
                Place(window, sequence % 65_536, source: 1);
        }

        window.GiveUp();
        Drain(window);
        Assert.Equal(sent.Select(sequence => sequence % 65_536), _out);
        // A gap at the very end is never seen.
        Assert.InRange(window.Lost, missing - 1, missing);
        Assert.Equal(0, window.Late);
    }

    [Fact]
    public void Nothing_is_allocated_per_packet()
    {
        var window = new RtpWindow();
        var payload = new byte[7 * 188];
        int[] order = [0, 2, 1, 3];
        var least = long.MaxValue;
        var sequence = 0;
        var taken = 0;

        for (var pass = 0; pass < 10 && least > 0; pass++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var group = 0; group < 1000; group++, sequence += 4)
                foreach (var offset in order)
                {
                    window.Place(new RtpPacket(33, (ushort)(sequence + offset), 0, 1, 12, payload.Length), payload);
                    while (window.TryTake(out _))
                        taken++;
                }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(sequence / 2, taken);
        Assert.Equal(0, window.Lost);
    }

    [Fact]
    public void Noise_never_throws_and_nothing_comes_out_that_did_not_go_in()
    {
        var random = new Random(5);
        var window = new RtpWindow(capacity: 8);
        long given = 0, taken = 0;
        var datagram = new byte[64];
        for (var round = 0; round < 200_000; round++)
        {
            random.NextBytes(datagram);
            datagram[0] = (byte)(0x80 | (datagram[0] & 0x3F));
            if (random.Next(3) > 0)
                (datagram[2], datagram[8], datagram[9], datagram[10], datagram[11]) = ((byte)random.Next(2), 0, 0, 0, (byte)random.Next(2));
            if (!RtpPacket.TryRead(datagram.AsSpan(0, random.Next(datagram.Length + 1)), out var packet))
                continue;
            given++;
            if (window.Place(packet, datagram.AsSpan(packet.PayloadStart, packet.PayloadLength)) == RtpOrder.Next)
                taken++;
            if (random.Next(20) == 0)
                window.GiveUp();
            while (window.TryTake(out _))
                taken++;
        }

        Assert.InRange(taken, 1, given);
    }

    private void Feed(RtpWindow window, params int[] sequences)
    {
        foreach (var sequence in sequences)
            Place(window, sequence, source: 1);
    }

    private void Place(RtpWindow window, int sequence, uint source)
    {
        byte[] payload = [(byte)(sequence >> 8), (byte)sequence];
        if (window.Place(new RtpPacket(33, (ushort)sequence, 0, source, 12, 2), payload) == RtpOrder.Next)
            _out.Add(sequence);
        Drain(window);
    }

    private void Drain(RtpWindow window)
    {
        while (window.TryTake(out var payload))
            _out.Add((payload.Span[0] << 8) | payload.Span[1]);
    }
}
