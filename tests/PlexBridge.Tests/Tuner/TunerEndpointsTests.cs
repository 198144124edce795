using System.Net.Sockets;
using System.Text;
using PlexBridge.Channels;
using PlexBridge.Settings;
using PlexBridge.Streaming;

namespace PlexBridge.Tests.Tuner;

public sealed class TunerEndpointsTests
{
    [Fact]
    public async Task Discover_json_is_byte_for_byte_what_a_device_sends()
    {
        await using var server = await TunerServer.StartAsync((SettingsCatalog.TunerFirmwareVersion, "20250815"));

        var reply = await server.GetAsync("/discover.json");

        Assert.Equal("HTTP/1.1 200 OK", reply.StatusLine);
        Assert.Equal(
            $$"""{"FriendlyName":"PlexBridge","ModelNumber":"HDHR5-4US","FirmwareName":"hdhomerun5_atsc","FirmwareVersion":"20250815","DeviceID":"1053C0CA","DeviceAuth":"AAAAAAAAAAAAAAAAAAAAAAAA","BaseURL":"http://{{server.Host}}","LineupURL":"http://{{server.Host}}/lineup.json","TunerCount":4}""",
            reply.Body);
    }

    [Theory]
    [InlineData("/discover.json", "application/json; charset=\"utf-8\"")]
    [InlineData("/lineup.json", "application/json; charset=\"utf-8\"")]
    [InlineData("/lineup_status.json", "application/json; charset=\"utf-8\"")]
    [InlineData("/status.json", "application/json; charset=\"utf-8\"")]
    [InlineData("/lineup.xml", "text/xml; charset=\"utf-8\"")]
    [InlineData("/lineup.m3u", "text/plain; charset=\"utf-8\"")]
    public async Task Header_values_are_exact_on_the_wire(string path, string contentType)
    {
        await using var server = await TunerServer.StartAsync();

        var reply = await server.GetAsync(path, "Accept-Encoding: gzip");

        Assert.Equal("HDHomeRun/1.0", reply.Headers["Server"]);
        Assert.Equal("close", reply.Headers["Connection"]);
        Assert.Equal(contentType, reply.Headers["Content-Type"]);
        Assert.Equal("no-cache", reply.Headers["Cache-Control"]);
        Assert.Equal("*", reply.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal(Encoding.UTF8.GetByteCount(reply.Body).ToString(System.Globalization.CultureInfo.InvariantCulture), reply.Headers["Content-Length"]);
        Assert.EndsWith(" GMT", reply.Headers["Date"], StringComparison.Ordinal);
        Assert.Equal(7, reply.Headers.Count);
    }

    [Fact]
    public async Task Lineup_json_names_the_address_the_client_used_and_no_query()
    {
        await using var server = await TunerServer.StartAsync();

        var byAddress = await server.GetAsync("/lineup.json");
        var byName = await RawReply.AskAsync(server.EndPoint, "GET /lineup.json HTTP/1.1", "Host: plexbridge.local:99", "Connection: close");
        var byNobody = await RawReply.AskAsync(server.EndPoint, "GET /lineup.json HTTP/1.0");

        Assert.Equal(
            $$"""[{"GuideNumber":"5.1","GuideName":"Ärger/HD","HD":1,"URL":"http://{{server.Host}}/auto/v5.1"},{"GuideNumber":"7","GuideName":"Zwei <TV>","Favorite":1,"DRM":1,"URL":"http://{{server.Host}}/auto/v7"},{"GuideNumber":"9001","GuideName":"Demo","URL":"http://{{server.Host}}/auto/v9001"}]""",
            byAddress.Body);
        Assert.Equal(byAddress.Body.Replace(server.Host, "plexbridge.local:99", StringComparison.Ordinal), byName.Body);
        Assert.Equal(byAddress.Body, byNobody.Body);
        Assert.DoesNotContain('?', byAddress.Body);
    }

    [Fact]
    public async Task Behind_a_reverse_proxy_documents_name_the_public_address()
    {
        await using var server = await TunerServer.StartAsync((SettingsCatalog.PublicUrl, "https://tv.example.org/sub"));
        Assert.Contains("\"BaseURL\":\"https://tv.example.org/sub\"", (await server.GetAsync("/discover.json")).Body, StringComparison.Ordinal);
        Assert.Contains("\"https://tv.example.org/sub/auto/v7\"", (await server.GetAsync("/lineup.json")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_lineup_is_sent_as_soon_as_it_is_published()
    {
        await using var server = await TunerServer.StartAsync();
        await server.GetAsync("/lineup.json");

        server.Lineup = TunerServer.LineupOf(TunerServer.Channel(9, "8", "New"));
        Assert.Contains("\"New\"", (await server.GetAsync("/lineup.json")).Body, StringComparison.Ordinal);

        server.Lineup = Lineup.Empty;
        Assert.Equal("[]", (await server.GetAsync("/lineup.json")).Body);
    }

    [Fact]
    public async Task Made_up_names_get_their_lineup_without_being_kept()
    {
        await using var server = await TunerServer.StartAsync();
        for (var name = 0; name < 40; name++)
        {
            var reply = await RawReply.AskAsync(server.EndPoint, "GET /lineup.json HTTP/1.1", $"Host: name{name}", "Connection: close");
            Assert.Contains($"\"http://name{name}/auto/v7\"", reply.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Connections_stay_open_for_clients_that_want_it()
    {
        await using var server = await TunerServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint);
        var request = Encoding.ASCII.GetBytes($"GET /lineup_status.json HTTP/1.1\r\nHost: {server.Host}\r\n\r\n");
        var buffer = new byte[4096];
        for (var round = 0; round < 3; round++)
        {
            await client.GetStream().WriteAsync(request);
            var text = "";
            while (!text.EndsWith("]}", StringComparison.Ordinal))
                text += Encoding.ASCII.GetString(buffer.AsSpan(0, await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(10))));
            Assert.DoesNotContain("Connection", RawReply.Parse(text).Headers.Keys);
        }
    }

    [Fact]
    public async Task A_scan_is_accepted_shown_and_over()
    {
        await using var server = await TunerServer.StartAsync();

        // As Plex sends it.
        var started = await server.AskAsync("POST", "/lineup.post?scan=start&source=Cable", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 0");
        Assert.Equal(200, started.Status);
        Assert.Equal("0", started.Headers["Content-Length"]);
        Assert.Equal(1, server.Republished);

        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("""{"ScanInProgress":1,"Progress":33,"Found":0}""", (await server.GetAsync("/lineup_status.json")).Body);
        server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("""{"ScanInProgress":0,"ScanPossible":1,"Source":"Antenna","SourceList":["Antenna","Cable"]}""", (await server.GetAsync("/lineup_status.json")).Body);
    }

    [Theory]
    [InlineData("/lineup.post?scan=abort", 200)]
    [InlineData("/lineup.post?scan=start", 200)]
    [InlineData("/lineup.post", 400)]
    [InlineData("/lineup.post?scan=maybe", 400)]
    [InlineData("/lineup.post?scan=start&scan=abort", 400)]
    [InlineData("/lineup.post?favorite=%2B5.1", 400)]
    [InlineData("/lineup.post?upgrade=install", 400)]
    public async Task Nothing_but_a_scan_can_be_posted(string path, int status)
    {
        await using var server = await TunerServer.StartAsync();
        var reply = await server.AskAsync("POST", path, "Content-Length: 0");
        Assert.Equal(status, reply.Status);
        Assert.Equal("0", reply.Headers["Content-Length"]);
    }

    [Fact]
    public async Task Status_json_has_a_row_per_tuner()
    {
        await using var server = await TunerServer.StartAsync();
        var session = new SessionSnapshot("a", "5.1", "News", "192.168.1.9", "Lavf", 1, DateTimeOffset.UnixEpoch, 10, 8_000_000, "H264", "AAC", 1, "news", "HTTP-TS", "live", 3)
        {
            Switches = [new(DateTimeOffset.UnixEpoch, "news", "news", "it stalled")],
            SwitchCount = 1,
            Repaired = 7,
            Lost = 5,
        };
        server.Tuners = [new(0, null), new(1, session)];
        Assert.Equal(
            """[{"Resource":"tuner0"},{"Resource":"tuner1","VctNumber":"5.1","VctName":"News","Frequency":0,"SignalStrengthPercent":100,"SignalQualityPercent":100,"SymbolQualityPercent":100,"TargetIP":"192.168.1.9","NetworkRate":8000000,"Session":{"State":"live","Stream":"news","Kind":"HTTP-TS","VideoCodec":"H264","AudioCodec":"AAC","UserAgent":"Lavf","Started":"1970-01-01T00:00:00Z","Bytes":10,"Switches":1,"LastReason":"it stalled","Repaired":7,"Lost":5,"Skips":3}}]""",
            (await server.GetAsync("/status.json")).Body);
    }

    [Fact]
    public async Task The_playlist_has_every_enabled_channel_at_an_address_that_plays()
    {
        await using var server = await TunerServer.StartAsync();

        var playlist = await server.GetAsync("/playlist.m3u");

        Assert.Contains("#EXTM3U\n#EXTINF:-1 tvg-id=\"5.1\" tvg-chno=\"5.1\" tvg-name=\"Ärger/HD\" group-title=\"Group\",Ärger/HD\n", playlist.Body, StringComparison.Ordinal);
        Assert.Contains($"tvg-name=\"Omitted 'one'\" group-title=\"Group\",Omitted \"one\"\nhttp://{server.Host}/stream/99\n", playlist.Body, StringComparison.Ordinal);
        Assert.Contains("12000 tuner=", (await server.GetAsync("/stream/99")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/discover.json")]
    [InlineData("/lineup.json")]
    [InlineData("/playlist.m3u")]
    public async Task A_head_request_gets_the_head(string path)
    {
        await using var server = await TunerServer.StartAsync();
        var reply = await server.AskAsync("HEAD", path);
        Assert.Equal(200, reply.Status);
        Assert.Empty(reply.Body);
    }

    [Fact]
    public async Task Tuner_paths_are_behind_the_gate()
    {
        await using var server = await TunerServer.StartAsync();
        var rebound = await RawReply.AskAsync(server.EndPoint, "GET /lineup.json HTTP/1.1", "Host: evil.example", "Connection: close");
        Assert.Equal(421, rebound.Status);
        Assert.DoesNotContain("Access-Control-Allow-Origin", rebound.Headers.Keys);
        Assert.Equal(403, (await server.GetAsync("/discover.json", "X-Forwarded-For: 10.0.0.1")).Status);
    }

    [Theory]
    [InlineData(400, "GET /discover.json HTTP/1.1")] // no Host
    [InlineData(400, "GET /discover.json HTTP/1.1", "Host: a b")]
    [InlineData(400, "GET /discover.json HTTP/1.1", "Host: a", "Host: b")]
    [InlineData(400, "GET /discover.json HTTP/1.1", "Host: [evil.example]")]
    [InlineData(400, "GET http://evil.example/ HTTP/1.1", "Host: 127.0.0.1")]
    [InlineData(505, "GET /discover.json HTTP/9.9", "Host: 127.0.0.1")]
    [InlineData(400, "GET", "Host: 127.0.0.1")]
    public async Task Absurd_requests_get_an_error_and_nothing_else(int status, params string[] lines)
    {
        await using var server = await TunerServer.StartAsync();
        var reply = await RawReply.AskAsync(server.EndPoint, [.. lines, "Connection: close"]);
        Assert.Equal(status, reply.Status);
    }

    [Fact]
    public async Task Absurdly_many_or_long_headers_are_refused_and_the_next_client_is_served()
    {
        await using var server = await TunerServer.StartAsync();

        var many = await server.GetAsync("/discover.json", [.. Enumerable.Range(0, 120).Select(index => $"X-{index}: y")]);
        var huge = await server.GetAsync("/discover.json", "User-Agent: " + new string('x', 40_000));

        Assert.Equal(431, many.Status);
        Assert.Equal(431, huge.Status);
        Assert.Equal(200, (await server.GetAsync("/discover.json", "User-Agent: " + new string('x', 20_000))).Status);
    }
}
