using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Faults;

/// <summary>
/// One viewer, one channel of several streams, and one fault after another, all from a seed and on a clock that the run
/// moves. Keeps what the viewer got and what the sources sent. One thread at a time.
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const int Streams = 3;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly Random _random;
    private readonly SourceMix _mix;
    private readonly RelayBench _bench;
    private readonly RelayChannel _channel = RelayBench.Channel("5", streams: Streams);
    private readonly List<FaultySource> _sources = [];
    private readonly Queue<Func<FaultySource, IUpstream>> _welcomes = new();
    private readonly Lock _gate = new();
    private readonly MemoryStream _seen = new();
    private readonly List<string> _wrong = [];
    private RelaySession? _session;
    private volatile bool _isParked;
    private Task _reading = Task.CompletedTask;

    public FaultRun(int seed, RelayOptions? options = null)
    {
        _random = new Random(seed);
        _mix = new SourceMix(_random);
        _bench = new RelayBench(options) { Otherwise = Open };
    }

    /// <summary>Everything that was found wrong, in words.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    public IReadOnlyList<FaultySource> Sources
    {
        get
        {
            lock (_gate)
                return [.. _sources];
        }
    }

    /// <summary>Faults so far, with the opening they befell.</summary>
    public List<(FaultKind Kind, int Opening)> Faults { get; } = [];

    /// <summary>Plays and breaks, and then holds the whole against the rules.</summary>
    public async Task GoAsync(IEnumerable<FaultKind> faults)
    {
        var opening = _bench.OpenAsync(_channel);
        await UntilAsync(() => Sources.Count == 1, "the first stream is opened");
        await PlayAsync(3);
        _session = Assert.IsType<OpenResult.Opened>(await opening.WaitAsync(TimeSpan.FromSeconds(10))).Session;
        _reading = ReadAsync(_session);
        foreach (var kind in faults)
        {
            // Long enough for the longest group of pictures to come round.
            await PlayAsync(2.5 + (_random.NextDouble() * 2));
            await BreakAsync(kind);
            if (_session.End != StreamEnd.None)
                _wrong.Add($"{kind} at opening {Sources.Count - 1} ended the session: {_session.End}");
            if (_wrong.Count > 0)
                break;
        }

        await PlayAsync(5);
        await UntilAsync(() => _isParked, "the viewer has taken everything");
        await _session.DisposeAsync();
        await _reading;
        _wrong.AddRange(SpliceProof.Check(_seen.ToArray(), Sources).Take(40));
        if (_session.Skips > 0)
            _wrong.Add($"the viewer was skipped {_session.Skips} times");
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private FaultySource Current => Sources[^1];

    private IUpstream Open(StreamAddress stream)
    {
        lock (_gate)
        {
            var source = new FaultySource(_sources.Count, stream.Name, _mix.Connect(stream.Name));
            _sources.Add(source);
            return _welcomes.TryDequeue(out var welcome) ? welcome(source) : source.Upstream;
        }
    }

    /// <summary>Undisturbed seconds of the stream in use, in portions that heed neither packets nor frames.</summary>
    private async Task PlayAsync(double seconds)
    {
        for (var left = seconds; left > 0; left -= 0.5)
        {
            await SendAsync(Current, Current.Play(0.5));
            await AdvanceAsync(TimeSpan.FromSeconds(0.5));
        }
    }

    private async Task SendAsync(FaultySource source, byte[] bytes)
    {
        foreach (var portion in bytes.Chunk(1 + _random.Next(40_000)))
            source.Upstream.Send(portion);
        await SettleAsync(source);
    }

    private async Task BreakAsync(FaultKind kind)
    {
        var before = Sources.Count;
        var source = Current;
        Faults.Add((kind, source.Opening));
        switch (kind)
        {
            case FaultKind.Ended:
                source.Upstream.End();
                break;
            case FaultKind.EndedInsideUnit:
                await SendAsync(source, Torn(source));
                source.Upstream.End();
                break;
            case FaultKind.BrokenInsidePacket:
                await SendAsync(source, [.. Torn(source), .. new byte[] { 0x47, 0x01, 0x00, 0x10, 0xAA, 0xBB }]);
                source.Upstream.Break(new IOException("connection reset by peer"));
                break;
            case FaultKind.Stalled:
                await SendAsync(source, Torn(source));
                break;
            case FaultKind.Scrambled:
                await SpoilAsync(source, TsDamage.Scrambled(source.ShownPids), before);
                break;
            case FaultKind.FrozenClock:
                await SpoilAsync(source, TsDamage.FrozenClock(), before);
                break;
            case FaultKind.NoPicture:
                await SpoilAsync(source, TsDamage.Without(source.Options.VideoPid), before);
                break;
            case FaultKind.EndedThenPage:
                WelcomeOnce(next => next.Upstream.Send("<!DOCTYPE html><html><body>Please sign in</body></html>"u8.ToArray()));
                source.Upstream.End();
                break;
            case FaultKind.EndedThenRefused:
                lock (_gate)
                    _welcomes.Enqueue(_ => throw new UpstreamException(UpstreamFault.Refused, "403"));
                source.Upstream.End();
                break;
            case FaultKind.EndedThenSoundOnly:
                WelcomeOnce(next => next.Upstream.Send(TsDamage.Without(next.Options.VideoPid)(next.Generator.Seconds(2))));
                source.Upstream.End();
                break;
            case FaultKind.Jumps:
                source.JumpTo(PesTimestamp.Add(source.Generator.NextTimestamp, _random.Next(-900_000, 900_000)), _mix.NextTag());
                break;
            case FaultKind.StartsAgain:
                source.JumpTo(source.Options.ClockLead + 100, _mix.NextTag());
                break;
            case FaultKind.Wraps:
                source.JumpTo(PesTimestamp.Modulus - _random.Next(180_000), _mix.NextTag());
                break;
            default:
                source.HasLoss = true;
                source.Generator.LoseCount();
                break;
        }

        if (kind.Openings() == 0)
            return;
        await UntilAsync(() => Sources.Count >= before + kind.Openings(), $"{kind} at opening {before - 1} leads to another stream");
        if (Sources.Count != before + kind.Openings())
            _wrong.Add($"{kind} at opening {before - 1} led to {Sources.Count - before} openings");
        if (kind.Openings() == 1 && Sources.Count > before && Sources[before].Stream == Sources[before - 1].Stream)
            _wrong.Add($"{kind} at opening {before - 1} led to the same stream again");
    }

    /// <summary>A stream that goes on, but damaged, until another one is opened.</summary>
    private async Task SpoilAsync(FaultySource source, Func<byte[], byte[]> damage, int before)
    {
        for (var passed = TimeSpan.Zero; Sources.Count == before && passed < TimeSpan.FromSeconds(20); passed += Step * 2)
        {
            source.Upstream.Send(damage(source.Generator.Seconds(0.2)));
            await SettleAsync(source);
            await AdvanceAsync(Step * 2);
        }
    }

    private void WelcomeOnce(Action<FaultySource> send)
    {
        lock (_gate)
            _welcomes.Enqueue(next =>
            {
                send(next);
                next.Upstream.End();
                return next.Upstream;
            });
    }

    /// <summary>The next frame without its end, cut behind a whole packet.</summary>
    private static byte[] Torn(FaultySource source)
    {
        var frame = source.Generator.Frames(1);
        return frame[..(frame.Length / 188 * 2 / 3 * 188)];
    }

    private async Task ReadAsync(RelaySession session)
    {
        var slices = new List<TsSlice>();
        while (true)
        {
            var more = session.WaitAsync(CancellationToken.None);
            _isParked = !more.IsCompleted;
            if (!await more)
                return;
            _isParked = false;
            session.Take(slices, int.MaxValue);
            foreach (var slice in slices)
                _seen.Write(slice.Span);
            session.Release(slices, wereSent: true);
        }
    }

    /// <summary>Waits until the relay has taken all that was sent; the clock creeps on, as it does for a relay that waits for its tick.</summary>
    private async Task SettleAsync(FaultySource source)
    {
        for (var round = 0; !source.Upstream.Drained.IsCompleted && !source.Upstream.IsDisposed; round++)
        {
            if (round > 5_000)
                throw new TimeoutException($"opening {source.Opening} is not read");
            if (round % 20 == 19)
                await Task.Delay(1);
            else
                await Task.Yield();
            if (round % 10 == 9 && round < 1_000)
                _bench.Time.Advance(TimeSpan.FromMilliseconds(5));
        }
    }

    private async Task AdvanceAsync(TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += Step)
        {
            _bench.Time.Advance(Step);
            await Task.Yield();
        }
    }

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var round = 0; !condition(); round++)
        {
            if (round > 1_500)
                throw new TimeoutException($"{what}: never; the session: {_session?.End}, {_session?.Relay?.Picture}, openings {Sources.Count}");
            _bench.Time.Advance(Step / 2);
            await Task.Delay(1);
        }
    }
}
