using System.Net.Sockets;
using System.Text.RegularExpressions;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>A stream's reply byte for byte, as viewers on bare sockets get it.</summary>
public sealed partial class StreamReplyTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _data = new();
    private readonly FakeSource _source = FakeSource.Start();

    public async Task InitializeAsync() => await ServeAsync(bitsPerSecond: 2_000_000);

    public async Task DisposeAsync() => await _source.DisposeAsync();

    public void Dispose() => _data.Dispose();

    [PeerTheory]
    [InlineData]
    [InlineData("Range: bytes=0-")]
    [InlineData("Connection: keep-alive", "Accept-Encoding: gzip", "User-Agent: Lavf/61.7.100")]
    public async Task Head_is_that_of_a_device_line_by_line(params string[] headers)
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var viewer = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1", headers: headers);

        var lines = await viewer.ReadHeadAsync();

        Assert.Equal("HTTP/1.1 200 OK", lines[0]);
        var date = Assert.Single(lines, line => Date().IsMatch(line));
        var tuner = Assert.Single(lines, line => Resource().IsMatch(line));
        string[] expected =
        [
            "Server: HDHomeRun/1.0",
            "Connection: close",
            "Content-Type: video/mpeg",
            "Cache-Control: no-cache",
            "Access-Control-Allow-Origin: *",
            "transferMode.dlna.org: Streaming",
            tuner,
            date,
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), lines.Skip(1).Order(StringComparer.Ordinal));
    }

    [PeerFact]
    public async Task Body_begins_with_tables_and_a_random_access_point_and_is_flawless()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var first = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1");
        await first.ReadHeadAsync();
        var body = await first.ReadBodyAsync(500_000);
        // In the middle of a running stream.
        using var late = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1");
        await late.ReadHeadAsync();
        var lateBody = await late.ReadBodyAsync(500_000);

        AssertFlawless(body);
        AssertFlawless(lateBody);
        Assert.Equal(1, _source.Requests("/live.ts"));
    }

    [PeerFact]
    public async Task Duration_ends_it_with_a_fin_behind_a_whole_packet()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var viewer = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1?duration=2");
        await viewer.ReadHeadAsync();

        // A reset would throw.
        var body = await viewer.ReadBodyAsync();

        Assert.Equal(0, await viewer.ReadAsync(new byte[1]));
        Assert.Equal(0, body.Length % 188);
        AssertFlawless(body);
        viewer.Dispose();
        await Descendants.UntilAsync(
            () => appliance.Errors.Contains("DurationReached", StringComparison.Ordinal), TimeSpan.FromSeconds(5), "the session says why it ended");
    }

    [PeerFact]
    public async Task Head_request_gets_a_head_alone_and_takes_nothing()
    {
        await Succeeds("settings", "set", "tuner.count", "1");
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var viewer = await RawViewer.AskAsync(appliance.Address, "HEAD /auto/v1");

        var lines = await viewer.ReadHeadAsync();

        Assert.Equal("HTTP/1.1 200 OK", lines[0]);
        Assert.Contains("Content-Type: video/mpeg", lines);
        Assert.Contains("Connection: close", lines);
        Assert.DoesNotContain(lines, IsLengthOrCoding);
        Assert.Empty(await viewer.ReadBodyAsync());
        Assert.Empty(_source.Received);
    }

    [PeerTheory]
    [InlineData("GET /auto/v77")]
    [InlineData("HEAD /auto/v77")]
    [InlineData("GET /auto/vseven")]
    [InlineData("GET /tuner0/v77")]
    public async Task Unknown_channel_is_404_with_801_and_nothing_behind_it(string request)
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var viewer = await RawViewer.AskAsync(appliance.Address, request, headers: "Connection: close");

        var lines = await viewer.ReadHeadAsync();

        Assert.Equal("HTTP/1.1 404 Not Found", lines[0]);
        Assert.Contains("X-HDHomeRun-Error: 801 Unknown Channel", lines);
        Assert.Contains("Server: HDHomeRun/1.0", lines);
        Assert.Contains("Content-Length: 0", lines);
        Assert.Empty(await viewer.ReadBodyAsync());
    }

    [PeerFact]
    public async Task Viewer_beyond_the_last_tuner_is_503_with_805_until_the_first_one_leaves()
    {
        await Succeeds("settings", "set", "tuner.count", "1");
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var first = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1");
        await first.ReadHeadAsync();
        using var second = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1", headers: "Connection: close");

        var refused = await second.ReadHeadAsync();

        Assert.Equal("HTTP/1.1 503 Service Unavailable", refused[0]);
        Assert.Contains("X-HDHomeRun-Error: 805 All Tuners In Use", refused);
        Assert.Contains("Content-Length: 0", refused);
        Assert.Empty(await second.ReadBodyAsync());
        AssertFlawless(await first.ReadBodyAsync(300_000));

        first.Dispose();
        using var third = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1");
        Assert.Equal("HTTP/1.1 200 OK", (await third.ReadHeadAsync())[0]);
    }

    [PeerFact]
    public async Task Viewer_that_reads_nothing_is_ended_and_disturbs_nobody()
    {
        // Fast enough to fill what the kernel takes in for the one that doesn't read.
        await ServeAsync(bitsPerSecond: 24_000_000);
        await Succeeds("settings", "set", "viewer.stall", "2s");
        await Succeeds("settings", "set", "viewer.backlog", "512KB");
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var good = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1");
        using var idle = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1", receiveBuffer: 8 * 1024);
        await good.ReadHeadAsync();

        using var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        async Task ReadSomeAsync()
        {
            var read = await good.ReadAsync(buffer);
            Assert.True(read > 0, "the good viewer was hung up on");
            await received.WriteAsync(buffer.AsMemory(0, read));
        }

        while (!appliance.Errors.Contains("ViewerTooSlow", StringComparison.Ordinal))
            await ReadSomeAsync();
        for (var enough = received.Length + 5_000_000; received.Length < enough;)
            await ReadSomeAsync();

        AssertFlawless(received.ToArray());
        Assert.DoesNotContain("skipped ahead 0 times", Assert.Single(appliance.Errors.Split('\n'), line => line.Contains("ViewerTooSlow", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(1, _source.Requests("/live.ts"));
        await AssertEndsAsync(idle);
    }

    [PeerTheory]
    [InlineData(188, 0)]
    [InlineData(192, 4)]
    [InlineData(204, 0)]
    public async Task Longer_packets_and_junk_before_the_first_one_are_cut_to_a_flawless_stream(int stride, int before)
    {
        var generator = new TsGenerator();
        var junk = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("<b>Warning</b>: Go on with G\n", 40)));
        IEnumerable<ReadOnlyMemory<byte>> Packets()
        {
            yield return junk;
            while (true)
            {
                yield return generator.Frames(1).Chunk(188).SelectMany(packet => (byte[])
                    [.. new byte[before], .. packet, .. Enumerable.Repeat((byte)0x33, stride - before - 188)]).ToArray();
            }
        }

        _source.On("/live.ts", Answers.LiveTs(Packets(), 2_000_000));
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var viewer = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1");

        Assert.Equal("HTTP/1.1 200 OK", (await viewer.ReadHeadAsync())[0]);
        AssertFlawless(await viewer.ReadBodyAsync(500_000));
    }

    /// <summary>What the kernels still hold comes, and then the end, by FIN or reset.</summary>
    private static async Task AssertEndsAsync(RawViewer viewer)
    {
        try
        {
            await viewer.ReadBodyAsync();
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    private static void AssertFlawless(byte[] body)
    {
        var whole = body.AsSpan(0, body.Length / 188 * 188);
        Assert.True(whole.Length > 188 * 100, $"only {body.Length} bytes came");
        Assert.Empty(TsChecker.Check(whole));
    }

    private static bool IsLengthOrCoding(string line) =>
        line.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);

    /// <summary>Channel 1: a stream of our own making, at the pace at which it plays.</summary>
    private async Task ServeAsync(int bitsPerSecond)
    {
        var options = new TsGeneratorOptions { BitsPerSecond = bitsPerSecond };
        var bytesPerSecond = new TsGenerator(options).Seconds(4).Length / 4;
        _source.On("/live.ts", (request, reply, token) => Answers.LiveTs(Frames(options), bytesPerSecond)(request, reply, token));
        await Succeeds("import", _data.Write("playlist.m3u", $"#EXTM3U\n#EXTINF:-1 tvg-chno=\"1\",One\n{_source.Url("/live.ts")}\n"));
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Frames(TsGeneratorOptions options)
    {
        var generator = new TsGenerator(options);
        while (true)
            yield return generator.Frames(1);
    }

    private async Task Succeeds(params string[] verb)
    {
        var ran = await Appliance.RunAsync(_data.Path, verb);
        Assert.True(ran.ExitCode == 0, ran.ToString());
    }

    [GeneratedRegex(@"^Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Date();

    [GeneratedRegex(@"^X-HDHomeRun-Resource: tuner\d$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Resource();
}
