namespace PlexBridge.Streaming.Upstream;

/// <summary>Growing pauses between attempts: 0.25 s, doubled each time up to 2 s, ± 20 % so that relays of one source don't knock in step.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private TimeSpan _next = First;

    public TimeSpan Next()
    {
        var pause = _next * (0.8 + (Random.Shared.NextDouble() * 0.4));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return pause;
    }

    public void Reset() => _next = First;
}
