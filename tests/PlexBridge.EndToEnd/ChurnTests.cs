using System.Globalization;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>Many short sessions leave nothing behind: no memory, no file, no thread, no child.</summary>
public sealed class ChurnTests : IDisposable
{
    private const int AtOnce = 4;
    private const int WarmUpRounds = 6;
    private const int WarmUpSessions = 250;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [PeerFact]
    public async Task Three_hundred_short_sessions_leave_nothing_behind() => await ChurnAsync(300);

    [SoakFact]
    [Trait("Category", "Soak")]
    public async Task Ten_thousand_short_sessions_leave_nothing_behind() => await ChurnAsync(10_000);

    private async Task ChurnAsync(int sessions)
    {
        await using var source = FakeSource.Start();
        var list = "#EXTM3U\n";
        for (var channel = 1; channel <= AtOnce; channel++)
        {
            source.On($"/{channel}.ts", Answers.Live(() => LiveFeed.Of(new TsGenerator())));
            list += string.Create(CultureInfo.InvariantCulture, $"#EXTINF:-1 tvg-chno=\"{channel}\",Channel {channel}\n{source.Url($"/{channel}.ts")}\n");
        }

        await Succeeds("import", _data.Write("list.m3u", list));
        await Succeeds("settings", "set", "relay.linger", "0s");
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        // The collector finds its pace, and pools their size, within the first thousand; what they need then is theirs.
        var before = new Footprint(0, 0, 0);
        for (var round = 0; round < WarmUpRounds; round++)
        {
            await WatchAsync(appliance, WarmUpSessions);
            await QuietAsync(source, appliance);
            before = before.Or(Footprint.Of(appliance.ProcessId));
        }

        await WatchAsync(appliance, sessions);
        await QuietAsync(source, appliance);

        // The pool lets go of threads, and the collector of memory, in its own time.
        var after = Footprint.Of(appliance.ProcessId);
        await Descendants.UntilAsync(
            () => (after = Footprint.Of(appliance.ProcessId)).OpenFiles <= before.OpenFiles && after.Threads <= before.Threads + 2
                && after.ResidentKilobytes <= before.ResidentKilobytes + 3 * 1024,
            Patience, $"{before} comes back after {sessions} sessions, last seen {after}");
        Assert.Empty(Descendants.Named("ffmpeg", appliance.ProcessId));
    }

    /// <summary>Short sessions, some at once; each gets a head, a picture and hangs up.</summary>
    private static async Task WatchAsync(Appliance appliance, int sessions)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(1, AtOnce).Select(async channel =>
        {
            while (Interlocked.Increment(ref next) <= sessions)
            {
                using var viewer = await RawViewer.AskAsync(appliance.Address, $"GET /auto/v{channel}");
                Assert.Equal("HTTP/1.1 200 OK", (await viewer.ReadHeadAsync())[0]);
                Assert.NotEmpty(await viewer.ReadBodyAsync(10_000));
            }
        }));
    }

    private static Task QuietAsync(FakeSource source, Appliance appliance) => Descendants.UntilAsync(
        () => Enumerable.Range(1, AtOnce).All(channel => source.Open($"/{channel}.ts") == 0), Patience, $"all connections end\n{appliance.Errors}");

    private async Task Succeeds(params string[] verb)
    {
        var ran = await Appliance.RunAsync(_data.Path, verb);
        Assert.True(ran.ExitCode == 0, ran.ToString());
    }
}
