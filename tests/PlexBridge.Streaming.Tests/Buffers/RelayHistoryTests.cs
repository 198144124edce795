using PlexBridge.Streaming.Buffers;

namespace PlexBridge.Streaming.Tests.Buffers;

public sealed class RelayHistoryTests
{
    private readonly TsBlockPool _pool = new();

    [Fact]
    public void Joiner_gets_the_newest_complete_group_and_what_follows()
    {
        var history = new RelayHistory(1 << 20);
        Fill(history, groups: 3, packetsPerGroup: 10);

        Assert.True(history.CanJoin);
        Assert.True(history[0].StartsAtRandomAccess);
        Assert.Equal(20 * 188, history.Bytes);
        Assert.Equal([1, 2], Groups(history));
        history.Clear();
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public void First_group_can_be_joined_while_it_grows()
    {
        var history = new RelayHistory(1 << 20);
        Fill(history, groups: 1, packetsPerGroup: 4);

        Assert.True(history.CanJoin);
        Assert.Equal(4 * 188, history.Bytes);
    }

    [Fact]
    public void Complete_group_gives_way_to_the_budget_and_the_newest_stays()
    {
        var history = new RelayHistory(15 * 188);
        Fill(history, groups: 2, packetsPerGroup: 10);

        Assert.True(history.CanJoin);
        Assert.Equal([1], Groups(history));
        Assert.Equal(10 * 188, history.Bytes);
    }

    [Fact]
    public void Group_larger_than_the_budget_makes_joiners_wait_for_the_next_one()
    {
        var history = new RelayHistory(15 * 188);
        Fill(history, groups: 1, packetsPerGroup: 16);
        Assert.False(history.CanJoin);
        Assert.Equal(0, history.Count);

        Fill(history, groups: 1, packetsPerGroup: 3);

        Assert.True(history.CanJoin);
        Assert.Equal(3 * 188, history.Bytes);
    }

    /// <summary>Slices of one packet each, whose fourth byte is the number of their group.</summary>
    private void Fill(RelayHistory history, int groups, int packetsPerGroup)
    {
        using var writer = new PacketWriter(_pool)
        {
            OnSlice = slice =>
            {
                history.Add(slice);
                Assert.True(history.Bytes <= 1 << 20);
            },
        };
        for (var group = 0; group < groups; group++)
        {
            writer.StartAtRandomAccess();
            for (var packet = 0; packet < packetsPerGroup; packet++)
            {
                writer.Next().Fill((byte)group);
                writer.Publish(long.MaxValue);
            }
        }
    }

    private static IEnumerable<int> Groups(RelayHistory history)
    {
        var seen = new List<int>();
        for (var index = 0; index < history.Count; index++)
            seen.AddRange(history[index].Span.ToArray().Select(value => (int)value).Distinct());
        return seen.Distinct();
    }
}
