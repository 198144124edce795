using System.Globalization;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>Zapping over an account that allows one connection and refuses the second, as Plex zaps: it asks for B and closes A up to a second later.</summary>
public sealed class ZapTests : IDisposable
{
    private const int Channels = 5;

    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [PeerFact]
    public async Task Sixty_zaps_over_one_connection_never_fail() => await ZapAsync(60, slowest: 500);

    [SoakFact]
    [Trait("Category", "Soak")]
    public async Task Two_hundred_zaps_over_one_connection_never_fail() => await ZapAsync(200, slowest: 1000);

    private async Task ZapAsync(int zaps, int slowest)
    {
        var random = new Random(zaps);
        var limit = new ConnectionLimit(1);
        await using var source = FakeSource.Start();
        var list = "#EXTM3U\n";
        for (var channel = 1; channel <= Channels; channel++)
        {
            source.On($"/{channel}.ts", limit.Guard(Answers.Live(() => LiveFeed.Of(new TsGenerator()))));
            list += string.Create(CultureInfo.InvariantCulture, $"#EXTINF:-1 tvg-chno=\"{channel}\",Channel {channel}\n{source.Url($"/{channel}.ts")}\n");
        }

        await Succeeds("import", _data.Write("list.m3u", list), "--name", "One");
        await Succeeds("sources", "set", "One", "--connections", "1");
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        var watching = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1");
        await watching.ReadHeadAsync();

        for (var zap = 1; zap <= zaps; zap++)
        {
            using var before = watching;
            watching = await RawViewer.AskAsync(appliance.Address, $"GET /auto/v{(zap % Channels) + 1}");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(slowest)), TimeProvider.System);
            before.Dispose();
            var head = await watching.ReadHeadAsync();
            Assert.True(head[0] == "HTTP/1.1 200 OK", $"zap {zap}: {string.Join(" | ", head)}\n{appliance.Errors}");
            var body = await watching.ReadBodyAsync(50_000);
            Assert.Empty(TsChecker.Check(body.AsSpan(0, body.Length / 188 * 188)));
        }

        watching.Dispose();
        Assert.Equal((0, 1, zaps + 1), (limit.Refused, limit.Most, limit.Admitted));
    }

    private async Task Succeeds(params string[] verb)
    {
        var ran = await Appliance.RunAsync(_data.Path, verb);
        Assert.True(ran.ExitCode == 0, ran.ToString());
    }
}
