using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>The sources and clocks that the other tests lean on do what they claim, without the appliance in between.</summary>
public sealed class KitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [PeerFact("ffmpeg", "ffprobe")]
    public async Task Live_source_plays_in_ffprobe_directly()
    {
        await using var live = await LiveFfmpeg.WithHlsAsync();

        Assert.Equal(["h264", "aac"], await Ffprobe.CodecsAsync(new Uri(live.Source.Url("/live.ts"))));
        Assert.Equal(["h264", "aac"], await Ffprobe.CodecsAsync(new Uri(live.Source.Url("/hls/index.m3u8"))));
    }

    [Fact]
    public async Task Fake_source_counts_what_is_open()
    {
        using var timeout = new CancellationTokenSource(Limit);
        await using var source = FakeSource.Start();
        source.On("/silent", Answers.Silence()).On("/page", Answers.Html());
        using var client = new HttpClient { BaseAddress = source.Address };
        using var hangUp = new CancellationTokenSource();

        var waiting = client.GetAsync(new Uri("silent", UriKind.Relative), hangUp.Token);
        await source.WaitForAsync(s => s.Open("/silent") == 1, timeout.Token);
        await hangUp.CancelAsync();
        await source.WaitForAsync(s => s.Open("/silent") == 0, timeout.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.StartsWith("<!DOCTYPE", await client.GetStringAsync("page"), StringComparison.Ordinal);
        Assert.Equal((1, 1), (source.Requests("/silent"), source.MostOpen("/page")));
    }

    [Fact]
    public async Task Fake_source_cuts_resets_and_asks_for_cookies()
    {
        var packet = new byte[188];
        var endless = Enumerable.Repeat((ReadOnlyMemory<byte>)packet, int.MaxValue);
        await using var source = FakeSource.Start();
        source.On("/cut", Answers.CutAfter(1000, endless)).On("/reset", Answers.ResetAfter(1000, endless))
            .On("/cookie", Answers.RequireHeader("Cookie", "a=1", Answers.Text("in")));
        using var client = new HttpClient { BaseAddress = source.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "cookie") { Headers = { { "Cookie", "b=2; a=1" } } };

        Assert.Equal(1000, (await client.GetByteArrayAsync("cut")).Length);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetByteArrayAsync("reset"));
        using var refused = await client.GetAsync("cookie");
        using var let = await client.SendAsync(request);

        Assert.Equal(403, (int)refused.StatusCode);
        Assert.Equal(200, (int)let.StatusCode);
    }

    [Fact]
    public async Task Hls_window_moves_on()
    {
        await using var source = FakeSource.Start();
        var window = new HlsWindow(source, "/w/", TimeSpan.FromSeconds(2), length: 2);
        using var client = new HttpClient();
        for (byte i = 0; i < 3; i++)
            window.Add([i]);

        var playlist = await client.GetStringAsync(window.Url);

        Assert.Contains("#EXT-X-MEDIA-SEQUENCE:1\n", playlist, StringComparison.Ordinal);
        Assert.Contains("\n2.ts\n", playlist, StringComparison.Ordinal);
        Assert.Equal([2], await client.GetByteArrayAsync(source.Url("/w/2.ts")));
    }

    [Fact]
    public async Task Hls_window_starts_its_count_again()
    {
        await using var source = FakeSource.Start();
        var window = new HlsWindow(source, "/w/", TimeSpan.FromSeconds(2));
        using var client = new HttpClient();
        window.Add([1]);
        window.Add([2]);
        window.Restart(number: 0);
        window.Add([3]);

        var playlist = await client.GetStringAsync(window.Url);

        Assert.Contains("#EXT-X-MEDIA-SEQUENCE:0\n", playlist, StringComparison.Ordinal);
        Assert.Contains("\n2.ts\n", playlist, StringComparison.Ordinal);
        Assert.Equal([3], await client.GetByteArrayAsync(source.Url("/w/2.ts")));
    }

    [Fact]
    public async Task Manual_clock_fires_timers_in_order_and_at_their_time()
    {
        var clock = new ManualTimeProvider();
        var start = clock.GetUtcNow();
        var fired = new List<(string, double)>();
        void Note(string name) => fired.Add((name, (clock.GetUtcNow() - start).TotalSeconds));
        await using var late = clock.CreateTimer(_ => Note("late"), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        await using var tick = clock.CreateTimer(_ => Note("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        var delay = Task.Delay(TimeSpan.FromSeconds(4), clock);

        clock.Advance(TimeSpan.FromSeconds(3.5));

        Assert.Equal([("tick", 1), ("late", 3), ("tick", 3)], fired);
        Assert.False(delay.IsCompleted);
        Assert.Equal(TimeSpan.FromSeconds(3.5), clock.GetElapsedTime(0));
        clock.Advance(TimeSpan.FromSeconds(1));
        await delay;
    }
}
