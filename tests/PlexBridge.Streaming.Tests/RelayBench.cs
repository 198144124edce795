using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests;

/// <summary>A hub on a clock that the test moves, whose upstreams the test scripts.</summary>
internal sealed class RelayBench : IAsyncDisposable
{
    private readonly ConcurrentQueue<Func<ScriptedUpstream>> _scripts = new();

    public RelayBench(RelayOptions? options = null) =>
        Hub = new RelayHub(options ?? new RelayOptions(), OpenAsync, Blocks, Time, NullLogger<RelayHub>.Instance);

    public ManualTimeProvider Time { get; } = new();

    public TsBlockPool Blocks { get; } = new();

    public RelayHub Hub { get; }

    public ConcurrentQueue<StreamAddress> Opened { get; } = new();

    /// <summary>Makes the upstream of an opening that nothing was scripted for; null leaves it hanging. It may throw.</summary>
    public Func<StreamAddress, IUpstream>? Otherwise { get; set; }

    public static RelayChannel Channel(string key, int connectionLimit = 0, int streams = 1) => new(key, key, "Channel " + key,
        [.. Enumerable.Range(0, streams).Select(index => new StreamAddress
        {
            StreamId = index,
            SourceId = 7,
            Name = $"{key}/{index}",
            Url = new SourceUrl($"http://source.example/{key}/{index}"),
            ConnectionLimit = connectionLimit,
        })]);

    /// <summary>The upstream that the next opening gets.</summary>
    public ScriptedUpstream Next(bool inBursts = false)
    {
        var upstream = new ScriptedUpstream { ArrivesInBursts = inBursts };
        _scripts.Enqueue(() => upstream);
        return upstream;
    }

    /// <summary>The next opening fails.</summary>
    public void NextFails(UpstreamFault fault, string message) => _scripts.Enqueue(() => throw new UpstreamException(fault, message));

    public Task<OpenResult> OpenAsync(RelayChannel channel, int? tuner = null) =>
        Hub.OpenAsync(channel, new Viewer("192.0.2.1", "test"), tuner, CancellationToken.None).AsTask();

    public async Task<RelaySession> WatchAsync(RelayChannel channel) =>
        Assert.IsType<OpenResult.Opened>(await OpenAsync(channel).WaitAsync(TimeSpan.FromSeconds(10))).Session;

    /// <summary>Takes everything that waits for a session, at least one byte.</summary>
    public static async Task<byte[]> TakeAsync(RelaySession session, int atLeast = 1)
    {
        using var all = new MemoryStream();
        var slices = new List<TsSlice>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (all.Length < atLeast && await session.WaitAsync(patience.Token))
        {
            session.Take(slices, int.MaxValue);
            foreach (var slice in slices)
                all.Write(slice.Span);
            session.Release(slices, wereSent: true);
        }

        return all.ToArray();
    }

    /// <summary>Moves the clock in small steps until something has happened, giving the pumps the time to follow.</summary>
    public async Task AdvanceUntilAsync(Task task)
    {
        for (var step = 0; step < 400 && !task.IsCompleted; step++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.WhenAny(task, Task.Delay(2));
        }

        await task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();

    private async Task<IUpstream> OpenAsync(StreamAddress stream, TimeSpan connect, UpstreamMemory memory, CancellationToken token)
    {
        Opened.Enqueue(stream);
        if (_scripts.TryDequeue(out var script))
            return script();
        if (Otherwise is { } make)
            return make(stream);
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
        throw new InvalidOperationException();
    }
}
