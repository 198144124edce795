using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Splice;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Splice;

public sealed class PcrPacerTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly PcrPacer _pacer;

    public PcrPacerTests() => _pacer = new PcrPacer(_time, TimeSpan.FromSeconds(2));

    [Fact]
    public async Task A_burst_runs_ahead_by_the_lead_and_then_waits_for_the_clock()
    {
        await _pacer.WaitAsync(At(100), default);
        await _pacer.WaitAsync(At(102), default);

        var waiting = _pacer.WaitAsync(At(105), default).AsTask();
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));

        await waiting;
    }

    [Fact]
    public async Task A_jump_of_the_clock_is_no_pause()
    {
        await _pacer.WaitAsync(At(100), default);

        await _pacer.WaitAsync(At(50_000), default).AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        await _pacer.WaitAsync(At(3), default).AsTask().WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_clock_may_wrap()
    {
        await _pacer.WaitAsync(TsClock.Modulus - TsConstants.PcrFrequency, default);

        var waiting = _pacer.WaitAsync(At(4), default).AsTask();
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));

        await waiting;
    }

    private static long At(long seconds) => seconds * TsConstants.PcrFrequency;
}
