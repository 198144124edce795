using System.Net;

namespace PlexBridge.Discovery;

/// <summary>
/// How many answers an address may have in a second: a forged sender must not make us flood somebody. Used by one loop only.
/// </summary>
internal sealed class AnswerBudget(TimeProvider time)
{
    public const int AnswersPerSecond = 20;

    // Enough for any network we answer to; above it all are forgotten and counted anew.
    private const int AddressLimit = 1024;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Dictionary<IPAddress, Spending> _spent = [];

    /// <summary>How many addresses are kept in mind.</summary>
    public int AddressCount => _spent.Count;

    /// <summary>Takes one answer out of the address's budget; false when it is used up.</summary>
    public bool TrySpend(IPAddress address)
    {
        var now = time.GetTimestamp();
        if (!_spent.TryGetValue(address, out var spending) || time.GetElapsedTime(spending.Since, now) >= Window)
        {
            if (_spent.Count >= AddressLimit)
                _spent.Clear();
            spending = new Spending(now, 0);
        }
        if (spending.Answers >= AnswersPerSecond)
            return false;
        _spent[address] = spending with { Answers = spending.Answers + 1 };
        return true;
    }

    private sealed record Spending(long Since, int Answers);
}
