using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests;

/// <summary>Zapping over a source that allows one connection, as Plex does it: B is asked for before A is closed.</summary>
public sealed class ZapTests
{
    private const int Zaps = 200;

    [Fact]
    public async Task Two_hundred_zaps_over_one_connection_never_open_two_and_never_fail()
    {
        var random = new Random(7);
        var opened = new List<ScriptedUpstream>();
        var most = 0;
        await using var bench = new RelayBench();
        bench.Otherwise = _ =>
        {
            lock (opened)
            {
                opened.RemoveAll(other => other.IsDisposed);
                var upstream = new ScriptedUpstream();
                upstream.Send(new TsGenerator(new() { BitsPerSecond = 100_000 }).Seconds(2));
                opened.Add(upstream);
                most = Math.Max(most, opened.Count);
                return upstream;
            }
        };
        var watching = await bench.WatchAsync(RelayBench.Channel("0", connectionLimit: 1));

        for (var zap = 1; zap <= Zaps; zap++)
        {
            var asked = bench.OpenAsync(RelayBench.Channel($"{zap % 5}", connectionLimit: 1));
            var closesAfter = TimeSpan.FromMilliseconds(random.Next(1000));
            for (var passed = TimeSpan.Zero; passed < closesAfter; passed += TimeSpan.FromMilliseconds(50))
            {
                bench.Time.Advance(TimeSpan.FromMilliseconds(50));
                await Task.Yield();
            }

            await watching.DisposeAsync();
            for (var step = 0; step < 400 && !asked.IsCompleted; step++)
            {
                bench.Time.Advance(TimeSpan.FromMilliseconds(5));
                await Task.WhenAny(asked, Task.Delay(1));
            }

            watching = Assert.IsType<OpenResult.Opened>(await asked.WaitAsync(TimeSpan.FromSeconds(10))).Session;
        }

        await watching.DisposeAsync();
        Assert.Equal(1, most);
        Assert.Equal(Zaps + 1, bench.Opened.Count);
    }
}
