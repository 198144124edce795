using System.Net;
using System.Net.Sockets;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Upstream;

public sealed class UpstreamOpenerTests
{
    private const string Secrets = "?username=alice&password=s3cret";

    [Fact]
    public async Task A_transport_stream_is_read_byte_for_byte()
    {
        await using var bench = new UpstreamBench();
        var stream = new TsGenerator().Seconds(3);
        bench.Source.On("/live", Answers.LiveTs(stream.Chunk(1000).Select(chunk => (ReadOnlyMemory<byte>)chunk)));

        await using var upstream = await bench.OpenAsync("/live");

        Assert.Equal("HTTP-TS", upstream.Kind);
        Assert.False(upstream.ArrivesInBursts);
        Assert.Equal(stream, await bench.ReadToEndAsync(upstream));
    }

    [Fact]
    public async Task Disposing_it_hangs_up_on_the_source()
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/live", Answers.StallAfter(188_000, [new TsGenerator().Seconds(1)]));
        var upstream = await bench.OpenAsync("/live");
        Assert.Equal(1, bench.Source.Open("/live"));

        await upstream.DisposeAsync();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await bench.Source.WaitForAsync(source => source.Open("/live") == 0, limit.Token);
    }

    [Fact]
    public async Task A_web_page_is_no_stream()
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/live", Answers.Html());

        var fault = await bench.FailAsync("/live" + Secrets);

        Assert.Equal(UpstreamFault.NotTransportStream, fault.Fault);
        Assert.Contains("text/html", fault.Message, StringComparison.Ordinal);
        KeepsSecrets(fault);
    }

    [Fact]
    public async Task An_empty_body_is_no_stream()
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/live", Answers.Text("", "video/mp2t"));

        var fault = await bench.FailAsync("/live" + Secrets);

        Assert.Equal(UpstreamFault.NotTransportStream, fault.Fault);
        Assert.Contains("empty body", fault.Message, StringComparison.Ordinal);
        KeepsSecrets(fault);
    }

    [Theory]
    [InlineData(403, "expired token")]
    [InlineData(404, "not found")]
    [InlineData(458, "connection limit")]
    public async Task An_error_status_is_explained_without_the_address_secrets(int status, string reason)
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/live/alice/s3cret/7.ts", Answers.Status(status));

        var fault = await bench.FailAsync($"http://alice:s3cret@{bench.Source.Address.Authority}/live/alice/s3cret/7.ts{Secrets}");

        Assert.Equal(UpstreamFault.Refused, fault.Fault);
        Assert.Contains($" {status} ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", fault.Message, StringComparison.Ordinal);
        KeepsSecrets(fault);
    }

    [Theory]
    [InlineData("ftp://alice:s3cret@127.0.0.1/live", "ftp:// streams can't be relayed")]
    [InlineData("rtsp://alice:s3cret@127.0.0.1 -f lavfi -i s3cret", "holds blanks")]
    [InlineData("rtsp://alice:s3cret@127.0.0.1/a%0D%0Ab", "hides control characters")]
    [InlineData("srt://127.0.0.1:9000?passphrase=s3cret", "10 to 79 characters")]
    [InlineData("file:///etc/passwd", "file:// streams can't be relayed")]
    [InlineData("pipe:ffmpeg -i s3cret", "“News”")]
    [InlineData("not an address", "“News”")]
    public async Task Other_kinds_of_address_are_refused_with_a_sentence(string address, string sentence)
    {
        await using var bench = new UpstreamBench();

        var fault = await bench.FailAsync(address);

        Assert.Equal(UpstreamFault.Unsupported, fault.Fault);
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
        KeepsSecrets(fault);
    }

    [Fact]
    public async Task A_dead_port_is_unreachable()
    {
        await using var bench = new UpstreamBench();
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var fault = await bench.FailAsync($"http://127.0.0.1:{port}/live{Secrets}");

        Assert.Equal(UpstreamFault.Unreachable, fault.Fault);
        Assert.Contains($"127.0.0.1:{port}", fault.Message, StringComparison.Ordinal);
        KeepsSecrets(fault);
    }

    private static void KeepsSecrets(UpstreamException fault)
    {
        Assert.DoesNotContain("alice", fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault.ToString(), StringComparison.Ordinal);
    }
}
