using System.Net;
using System.Net.Sockets;
using System.Text;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>The kit's live streams and their faults, on real sockets and without an appliance.</summary>
public sealed class LiveKitTests
{
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(LiveEnd.Close, false)]
    [InlineData(LiveEnd.Reset, true)]
    public async Task A_live_stream_ends_as_it_is_told(LiveEnd end, bool isReset)
    {
        await using var source = FakeSource.Start();
        source.On("/live.ts", Answers.Live(() => LiveFeed.Of(new TsGenerator()).Until(Blink), end));
        using var socket = await AskAsync(source, "/live.ts");

        var (bytes, wasReset) = await ReadAsync(socket);

        Assert.Equal(isReset, wasReset);
        Assert.True(isReset || bytes.Length > 10_000, $"{bytes.Length} bytes");
    }

    [Fact]
    public async Task A_live_stream_stalls_or_trickles_and_stays()
    {
        await using var source = FakeSource.Start();
        source.On("/stall.ts", Answers.Live(() => LiveFeed.Of(new TsGenerator()).Until(Blink), LiveEnd.Stall));
        source.On("/trickle.ts", Answers.Live(() => LiveFeed.Of(new TsGenerator()).Until(Blink), LiveEnd.Trickle));
        using var stalled = await AskAsync(source, "/stall.ts");
        using var trickling = await AskAsync(source, "/trickle.ts");

        await source.WaitForAsync(s => s.Open("/stall.ts") == 1 && s.Open("/trickle.ts") == 1, CancellationToken.None);
        var all = await ReadAsync(trickling, most: 60_000, patience: TimeSpan.FromSeconds(2));

        Assert.Equal(1, source.Open("/stall.ts"));
        Assert.Equal(0x47, all.Bytes[^1]);
    }

    [Fact]
    public async Task A_connection_limit_counts_and_refuses()
    {
        await using var source = FakeSource.Start();
        var limit = new ConnectionLimit(1);
        source.On("/a", limit.Guard(Answers.Silence()));
        source.On("/b", limit.Guard(Answers.Text("b")));
        var first = await AskAsync(source, "/a");
        await source.WaitForAsync(s => s.Open("/a") == 1, CancellationToken.None);

        using var refused = await AskAsync(source, "/b");
        Assert.Contains("458", Encoding.ASCII.GetString((await ReadAsync(refused)).Bytes), StringComparison.Ordinal);
        // Asked in the very moment in which the first one hangs up.
        first.Dispose();
        using var admitted = await AskAsync(source, "/b");

        Assert.Contains("200 OK", Encoding.ASCII.GetString((await ReadAsync(admitted)).Bytes), StringComparison.Ordinal);
        Assert.Equal((1, 2, 2), (limit.Refused, limit.Most, limit.Admitted));
    }

    [Fact]
    public async Task A_token_expires()
    {
        await using var source = FakeSource.Start();
        var token = "t=1";
        source.On("/live", Answers.RequireToken(() => token, Answers.Text("picture")));

        using var good = await AskAsync(source, "/live?x=2&t=1");
        Assert.Contains("picture", Encoding.ASCII.GetString((await ReadAsync(good)).Bytes), StringComparison.Ordinal);
        token = "t=2";
        using var expired = await AskAsync(source, "/live?x=2&t=1");
        Assert.Contains("403", Encoding.ASCII.GetString((await ReadAsync(expired)).Bytes), StringComparison.Ordinal);
    }

    [PeerFact("ffmpeg")]
    public async Task A_clip_plays_over_and_over_as_one_flawless_stream()
    {
        using var folder = new TempFolder();
        var clip = TsClip.Load(await Clips.MakeAsync(folder, new ClipOptions()));

        var checker = new TsChecker(new TsCheckOptions { RequiresStart = false });
        foreach (var chunk in clip.Play(clip.Length * 1.4, (1L << 33) - 400_000).Until(clip.Length * 2.5))
            checker.Feed(chunk.Bytes.Span);
        checker.Complete();

        Assert.Empty(checker.Faults);
        Assert.InRange(checker.Duration.TotalSeconds, clip.Length.TotalSeconds * 2.4, clip.Length.TotalSeconds * 2.6);
    }

    private static async Task<Socket> AskAsync(FakeSource source, string path)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, source.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {source.Address.Authority}\r\n\r\n"));
        return socket;
    }

    private static async Task<(byte[] Bytes, bool WasReset)> ReadAsync(Socket socket, int most = int.MaxValue, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(20), TimeProvider.System);
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (all.Length < most && await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var read)
                all.Write(buffer.AsSpan(0, read));
            return (all.ToArray(), false);
        }
        catch (OperationCanceledException)
        {
            return (all.ToArray(), false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return (all.ToArray(), true);
        }
    }
}
