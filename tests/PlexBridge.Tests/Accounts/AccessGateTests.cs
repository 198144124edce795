using System.Net;
using Microsoft.AspNetCore.Http;
using PlexBridge.Accounts;
using PlexBridge.Settings;

namespace PlexBridge.Tests.Accounts;

public sealed class AccessGateTests
{
    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("127.9.9.9", 200)]
    [InlineData("10.0.0.1", 200)]
    [InlineData("10.255.255.255", 200)]
    [InlineData("172.16.0.1", 200)]
    [InlineData("172.31.255.255", 200)]
    [InlineData("192.168.77.1", 200)]
    [InlineData("169.254.3.4", 200)]
    [InlineData("100.64.0.1", 200)]
    [InlineData("100.127.255.255", 200)]
    [InlineData("::1", 200)]
    [InlineData("fe80::1", 200)]
    [InlineData("fd12::1", 200)]
    [InlineData("fc00::1", 200)]
    [InlineData("::ffff:192.168.1.1", 200)]
    [InlineData("::ffff:8.8.8.8", 403)]
    [InlineData("172.32.0.1", 403)]
    [InlineData("172.15.255.255", 403)]
    [InlineData("100.63.255.255", 403)]
    [InlineData("100.128.0.1", 403)]
    [InlineData("192.169.0.1", 403)]
    [InlineData("11.0.0.1", 403)]
    [InlineData("8.8.8.8", 403)]
    [InlineData("2001:db8::1", 403)]
    [InlineData("fec0::1", 403)]
    [InlineData("0.0.0.0", 403)]
    public async Task By_default_only_private_networks_may_ask(string peer, int status) =>
        Assert.Equal(status, (await AskAsync(peer)).Status);

    [Theory]
    [InlineData("192.168.7.0/24,2001:db8::/32", "192.168.7.9", 200)]
    [InlineData("192.168.7.0/24,2001:db8::/32", "192.168.8.9", 403)]
    [InlineData("192.168.7.0/24,2001:db8::/32", "2001:db8::9", 200)]
    [InlineData("192.168.7.0/24", "127.0.0.1", 403)]
    [InlineData("192.168.7.0/24", "::ffff:192.168.7.1", 200)]
    [InlineData("private,203.0.113.7", "203.0.113.7", 200)]
    [InlineData("any", "8.8.8.8", 200)]
    [InlineData("none", "127.0.0.1", 403)]
    public async Task The_allowed_networks_are_a_setting(string allowed, string peer, int status) =>
        Assert.Equal(status, (await AskAsync(peer, settings: [(SettingsCatalog.NetworkAllowed, allowed)])).Status);

    [Theory]
    [InlineData("192.168.1.5:5004", 200)]
    [InlineData("[fd00::5]:5004", 200)]
    [InlineData("plexbridge:5004", 200)]
    [InlineData("tv.example.org", 200)]
    [InlineData("evil.example:5004", 421)]
    public async Task A_foreign_host_is_misdirected(string host, int status)
    {
        var (actual, sentence, _) = await AskAsync("127.0.0.1", host, settings: [(SettingsCatalog.PublicUrl, "https://tv.example.org")]);
        Assert.Equal(status, actual);
        if (status == 421)
            Assert.Contains("public.url", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "10.0.0.1")]
    [InlineData("x-forwarded-host", "evil.example")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Forwarded-Prefix", "/x")]
    [InlineData("Forwarded", "for=10.0.0.1")]
    [InlineData("X-Real-IP", "10.0.0.1")]
    public async Task Nobody_but_a_trusted_proxy_may_forward(string name, string value)
    {
        var (status, sentence, _) = await AskAsync("192.168.1.9", headers: (name, value));
        Assert.Equal(403, status);
        Assert.Contains("192.168.1.9", sentence, StringComparison.Ordinal);
        Assert.Contains("network.proxies", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.168.1.20", 200, "192.168.1.20")]
    [InlineData("192.168.1.20:4711", 200, "192.168.1.20")]
    [InlineData("[fd00::7]:4711", 200, "fd00::7")]
    [InlineData("8.8.8.8, 192.168.1.20", 200, "192.168.1.20")] // what the viewer itself wrote proves nothing
    [InlineData("192.168.1.20, 8.8.8.8", 403, "8.8.8.8")]
    [InlineData("192.168.1.20, 10.1.1.1", 200, "192.168.1.20")] // two of our proxies in a row
    [InlineData("8.8.8.8", 403, "8.8.8.8")]
    [InlineData("unknown", 400, null)]
    [InlineData("", 400, null)]
    [InlineData("192.168.1.20,", 400, null)]
    public async Task Behind_a_trusted_proxy_the_viewer_counts(string chain, int status, string? viewer)
    {
        var (actual, _, context) = await AskAsync("10.1.1.1", headers: ("X-Forwarded-For", chain), settings: [(SettingsCatalog.NetworkProxies, "10.1.1.1")]);
        Assert.Equal(status, actual);
        if (viewer is not null)
            Assert.Equal(IPAddress.Parse(viewer), context.Connection.RemoteIpAddress);
    }

    [Theory]
    [InlineData("Forwarded", "for=192.168.1.20")]
    [InlineData("X-Real-IP", "192.168.1.20")]
    [InlineData("X-Forwarded-Proto", "https")]
    public async Task A_trusted_proxy_that_hides_the_viewer_is_told_what_to_send(string name, string value)
    {
        var (status, sentence, _) = await AskAsync("10.1.1.1", headers: (name, value), settings: [(SettingsCatalog.NetworkProxies, "10.1.1.1")]);
        Assert.Equal(400, status);
        Assert.Contains("X-Forwarded-For", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forwarded_host_is_checked_like_any_other()
    {
        var gate = new AccessGate(TestSettings.Holder((SettingsCatalog.NetworkProxies, "10.1.1.1")));
        foreach (var (host, status) in new[] { ("evil.example", 421), ("nas:8080", 200) })
        {
            var context = Request("10.1.1.1", "127.0.0.1");
            context.Request.Headers["X-Forwarded-For"] = "192.168.1.20";
            context.Request.Headers["X-Forwarded-Host"] = host;
            context.Request.Headers["X-Forwarded-Proto"] = "https";
            await gate.InvokeAsync(context, _ => Task.CompletedTask);
            Assert.Equal(status, context.Response.StatusCode);
            Assert.Equal("https", context.Request.Scheme);
        }
    }

    [Fact]
    public async Task A_change_of_the_setting_counts_at_once()
    {
        var settings = TestSettings.Holder();
        var gate = new AccessGate(settings);
        settings.Replace(TestSettings.Snapshot((SettingsCatalog.NetworkAllowed, "none")));
        var context = Request("127.0.0.1", "localhost");

        await gate.InvokeAsync(context, _ => Task.CompletedTask);

        Assert.Equal(403, context.Response.StatusCode);
    }

    private static async Task<(int Status, string Sentence, HttpContext Context)> AskAsync(
        string peer, string host = "localhost:5004", (string Name, string Value)? headers = null, (Setting, string)[]? settings = null)
    {
        var gate = new AccessGate(TestSettings.Holder(settings ?? []));
        var context = Request(peer, host);
        if (headers is var (name, value))
            context.Request.Headers[name] = value;
        await gate.InvokeAsync(context, _ => Task.CompletedTask);
        context.Response.Body.Position = 0;
        return (context.Response.StatusCode, await new StreamReader(context.Response.Body).ReadToEndAsync(), context);
    }

    private static DefaultHttpContext Request(string peer, string host)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        context.Response.Body = new MemoryStream();
        return context;
    }
}
