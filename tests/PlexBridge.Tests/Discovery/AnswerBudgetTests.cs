using System.Net;
using PlexBridge.Discovery;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Discovery;

public sealed class AnswerBudgetTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void An_address_gets_twenty_answers_a_second()
    {
        var budget = new AnswerBudget(_time);
        var (one, other) = (IPAddress.Parse("192.168.1.2"), IPAddress.Parse("192.168.1.3"));

        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => budget.TrySpend(one)));
        Assert.True(budget.TrySpend(other));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(budget.TrySpend(one));
    }

    [Fact]
    public void Many_addresses_take_no_more_memory_than_a_network_needs()
    {
        var budget = new AnswerBudget(_time);
        for (long address = 0; address < 100_000; address++)
            Assert.True(budget.TrySpend(new IPAddress(0x0A000000 + address)));
        Assert.InRange(budget.AddressCount, 1, 1024);
    }
}
