using System.Net;
using System.Net.Sockets;
using System.Text;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Upstream;

/// <summary>The site that ffmpeg sees, asked over real sockets as ffmpeg does.</summary>
public sealed class RemuxSiteTests
{
    private const string Entry = "http://stream.invalid/entry.m3u8";

    [Fact]
    public async Task A_playlist_comes_back_with_addresses_of_the_site_and_they_lead_to_the_bytes()
    {
        await using var source = FakeSource.Start();
        source.On("/live/i.m3u8", Answers.Text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MAP:URI=\"init\"\n#EXTINF:1,\n/seg?x=1\n", "text/plain"));
        source.On("/seg", Answers.Bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18], "video/mp4"));
        await using var site = Site(source.Url("/live/i.m3u8"));
        using var child = Child(site);

        var playlist = await child.GetStringAsync(new Uri(Entry));
        var segment = playlist.Split('\n').First(line => line.Contains("seg", StringComparison.Ordinal));

        Assert.Equal($"http://stream.invalid/http/{source.Address.Authority}/seg/~.mp4?x=1", segment);
        Assert.Equal(18, (await child.GetByteArrayAsync(new Uri(segment))).Length);
    }

    [Fact]
    public async Task Headers_go_along_and_secrets_go_to_the_entrys_host_only()
    {
        await using var source = FakeSource.Start();
        source.On("/i.m3u8", Answers.Text($"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nnear\n#EXTINF:1,\nhttp://localhost:{source.Address.Port}/far\n", "text/plain"));
        source.On("/near", Answers.Bytes([1], "video/mp4")).On("/far", Answers.Bytes([2], "video/mp4"));
        await using var site = Site($"http://alice:s3cret@{source.Address.Authority}/i.m3u8", ("User-Agent", "TV"), ("Referer", "http://r.example/"), ("Cookie", "a=b"));
        using var child = Child(site);

        foreach (var line in (await child.GetStringAsync(new Uri(Entry))).Split('\n').Where(line => line.StartsWith("http", StringComparison.Ordinal)))
            _ = await child.GetByteArrayAsync(new Uri(line));

        Assert.All(source.Received, request => Assert.Equal(("TV", "http://r.example/"), (request.Header("User-Agent"), request.Header("Referer"))));
        Assert.All(source.Received.Where(request => request.Path != "/far"), request => Assert.StartsWith("Basic ", request.Header("Authorization"), StringComparison.Ordinal));
        var far = source.Received.Single(request => request.Path == "/far");
        Assert.Equal(("", ""), (far.Header("Authorization"), far.Header("Cookie")));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://stream.invalid/http/169.254.169.254/latest/meta-data/")]
    [InlineData("http://stream.invalid/file/etc/passwd")]
    [InlineData("http://127.0.0.1:1/")]
    public async Task What_is_not_of_the_stream_is_not_fetched(string address)
    {
        await using var site = Site("http://127.0.0.1:9/i.m3u8");
        using var child = Child(site);

        var answer = await child.GetAsync(new Uri(address));

        Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadGateway, answer.StatusCode.ToString());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task Redirects_lead_nowhere_else(string location)
    {
        await using var source = FakeSource.Start();
        source.On("/seg", Answers.Redirect(location));
        await using var site = Site(source.Url("/i.m3u8"));
        using var child = Child(site);

        Assert.Equal(HttpStatusCode.BadGateway, (await child.GetAsync(new Uri(RemuxSite.Map(source.Url("/seg"), null)))).StatusCode);
    }

    [Fact]
    public async Task Nobody_gets_in_without_the_secret()
    {
        await using var site = Site("http://127.0.0.1:9/i.m3u8");
        using var stranger = Child(site, withSecret: false);

        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, (await stranger.GetAsync(new Uri(Entry))).StatusCode);
    }

    [Theory]
    [InlineData("CONNECT 127.0.0.1:22 HTTP/1.1\r\n")]
    [InlineData("POST http://stream.invalid/entry.m3u8 HTTP/1.1\r\n")]
    [InlineData("GET /entry.m3u8 HTTP/1.1\r\n")]
    [InlineData("rubbish\r\n")]
    public async Task Nothing_is_tunnelled(string request)
    {
        await using var site = Site("http://127.0.0.1:9/i.m3u8");
        var proxy = new Uri(site.Environment["http_proxy"]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, proxy.Port);
        var secret = Convert.ToBase64String(Encoding.ASCII.GetBytes(proxy.UserInfo));

        await socket.SendAsync(Encoding.ASCII.GetBytes($"{request}Proxy-Authorization: Basic {secret}\r\n\r\n"));
        var buffer = new byte[100];
        var read = await socket.ReceiveAsync(buffer);

        Assert.StartsWith("HTTP/1.1 40", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_head_is_cut_off()
    {
        await using var site = Site("http://127.0.0.1:9/i.m3u8");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(site.Environment["http_proxy"]).Port);

        await socket.SendAsync(new byte[16 * 1024]);

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task A_protected_rendition_is_the_streams_fault()
    {
        await using var source = FakeSource.Start();
        source.On("/sound.m3u8", Answers.Text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://x\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\n#EXTINF:1,\na\n", "text/plain"));
        await using var site = Site(source.Url("/i.m3u8"));
        using var child = Child(site);

        _ = await child.GetAsync(new Uri(RemuxSite.Map(source.Url("/sound.m3u8"), ".m3u8")));

        Assert.Equal(UpstreamFault.Protected, site.Fault?.Fault);
        Assert.Contains("FairPlay", site.Fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_is_refused_is_told_in_our_words()
    {
        await using var source = FakeSource.Start();
        source.On("/i.m3u8", Answers.Status(403));
        await using var site = Site(source.Url("/i.m3u8?password=s3cret"));
        using var child = Child(site);

        _ = await child.GetAsync(new Uri(Entry));

        Assert.Equal(UpstreamFault.Refused, site.Fault?.Fault);
        Assert.Contains("403", site.Fault!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", site.Fault.ToString(), StringComparison.Ordinal);
    }

    private static RemuxSite Site(string entry, params (string Name, string Value)[] headers) => new(
        new OutboundHttp(OutboundReach.PrivateToo, TimeSpan.FromSeconds(10), TimeProvider.System),
        new RequestHeaders([.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))]),
        new Uri(entry), TimeProvider.System, first: null);

    private static HttpClient Child(RemuxSite site, bool withSecret = true)
    {
        var proxy = new Uri(site.Environment["http_proxy"]);
        var user = proxy.UserInfo.Split(':');
        return new HttpClient(new SocketsHttpHandler
        {
            Proxy = new WebProxy(new UriBuilder(proxy) { UserName = "", Password = "" }.Uri) { Credentials = withSecret ? new NetworkCredential(user[0], user[1]) : null },
        });
    }
}
