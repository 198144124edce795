using System.Net;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Outbound;

public sealed class OutboundHttpTests
{
    private static readonly RequestHeaders Secrets = Headers(("Authorization", "Bearer t0ken"), ("Cookie", "sid=1"), ("Referer", "http://portal.example/"));

    [Fact]
    public async Task User_and_password_survive_a_redirect_that_names_the_same_host()
    {
        await using var source = FakeSource.Start();
        source.On("/a", Answers.Redirect(source.Url("/b"))).On("/b", Answers.Text("here"));
        using var http = Http();

        using var response = await http.GetAsync(new Uri($"http://user:pass@{source.Address.Authority}/a"), RequestHeaders.None, CancellationToken.None);

        Assert.Equal("Basic " + Convert.ToBase64String("user:pass"u8), source.Received[1].Header("Authorization"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task This_machine_is_out_of_reach_for_a_public_source(string host)
    {
        await using var source = FakeSource.Start();

        var fault = await FailAsync(new UriBuilder(source.Address) { Host = host, Path = "/x" }.Uri, OutboundReach.PublicOnly);

        Assert.Equal(OutboundFault.NotAllowed, fault.Fault);
        Assert.Contains("plexbridge sources set NAME --private true", fault.Message, StringComparison.Ordinal);
        Assert.Empty(source.Received);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::ffff:169.254.169.254]/latest/")]
    [InlineData("//169.254.169.254/latest/")]
    public async Task A_redirect_to_the_metadata_service_is_refused_even_within_private_reach(string target)
    {
        await using var source = FakeSource.Start();
        source.On("/x", Answers.Redirect(target));

        var fault = await FailAsync(new Uri(source.Url("/x")), OutboundReach.PrivateToo);

        Assert.Equal(OutboundFault.NotAllowed, fault.Fault);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("rtsp://127.0.0.1/x")]
    public async Task A_redirect_to_something_else_than_http_is_refused(string target)
    {
        await using var source = FakeSource.Start();
        source.On("/x", Answers.Redirect(target));

        Assert.Equal(OutboundFault.BadAddress, (await FailAsync(new Uri(source.Url("/x")), OutboundReach.PrivateToo)).Fault);
    }

    [Fact]
    public async Task A_loop_of_redirects_ends()
    {
        await using var source = FakeSource.Start();
        source.On("/a", Answers.Redirect("/b?password=s3cret")).On("/b", Answers.Redirect("/a"));

        var fault = await FailAsync(new Uri(source.Url("/a?password=s3cret")), OutboundReach.PrivateToo);

        Assert.Equal(OutboundFault.TooManyRedirects, fault.Fault);
        Assert.DoesNotContain("s3cret", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(11, source.Received.Count);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Relative_redirects_are_followed_and_tell_where_they_led(int status)
    {
        await using var source = FakeSource.Start();
        source
            .On("/a/b/c", Answers.Redirect("../d?q=1", status))
            .On("/a/d", Answers.Redirect("/e", status))
            .On("/e", Answers.Text("here"));
        using var http = Http();

        using var response = await http.GetAsync(new Uri(source.Url("/a/b/c")), RequestHeaders.None, CancellationToken.None);

        Assert.Equal("here", await response.Message.Content.ReadAsStringAsync());
        Assert.Equal(new Uri(source.Url("/e")), response.Address);
        Assert.Equal("q=1", source.Received[1].Query);
    }

    [Fact]
    public async Task Authorization_and_cookie_stay_with_their_host()
    {
        await using var source = FakeSource.Start();
        await using var other = FakeSource.Start();
        source.On("/a", Answers.Redirect("/b")).On("/b", Answers.Redirect(Localhost(other, "/c")));
        other.On("/c", Answers.Redirect(source.Url("/d")));
        source.On("/d", Answers.Text("here"));
        using var http = Http();

        using var response = await http.GetAsync(new Uri(source.Url("/a")), Secrets, CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, response.Message.StatusCode);
        Assert.Equal(["/a", "/b", "/d"], source.Received.Select(request => request.Path));
        Assert.All(source.Received, request => Assert.Equal(("Bearer t0ken", "sid=1"), (request.Header("Authorization"), request.Header("Cookie"))));
        var foreign = Assert.Single(other.Received);
        Assert.Equal(("", ""), (foreign.Header("Authorization"), foreign.Header("Cookie")));
        Assert.Equal("http://portal.example/", foreign.Header("Referer"));
    }

    [Fact]
    public async Task Cookies_that_a_host_sets_come_back_to_it_beside_those_of_the_stream_and_to_nobody_else()
    {
        await using var source = FakeSource.Start();
        await using var other = FakeSource.Start();
        source.On("/a", Answers.Redirect("/b", headers: ("Set-Cookie", "fresh=2; Path=/"))).On("/b", Answers.Redirect(Localhost(other, "/c")));
        other.On("/c", Answers.Text("here"));
        using var http = Http();

        using var response = await http.GetAsync(new Uri(source.Url("/a")), Secrets, CancellationToken.None);

        Assert.Equal(["fresh=2", "sid=1"], source.Received[1].Header("Cookie").Split("; ").Order(StringComparer.Ordinal));
        Assert.Equal("", other.Received[0].Header("Cookie"));
    }

    [Fact]
    public async Task User_and_password_become_basic_and_are_not_sent_onwards()
    {
        await using var source = FakeSource.Start();
        await using var other = FakeSource.Start();
        source.On("/a", Answers.Redirect("b")).On("/b", Answers.Redirect(Localhost(other, "/c")));
        other.On("/c", Answers.Text("here"));
        using var http = Http();

        using var response = await http.GetAsync(new Uri($"http://user:p%40ss%3A@{source.Address.Authority}/a"), RequestHeaders.None, CancellationToken.None);

        var basic = "Basic " + Convert.ToBase64String("user:p@ss:"u8);
        Assert.All(source.Received, request => Assert.Equal(basic, request.Header("Authorization")));
        Assert.Equal(2, source.Received.Count);
        Assert.Equal("", Assert.Single(other.Received).Header("Authorization"));
        Assert.DoesNotContain(source.Received.Concat(other.Received), request => request.Headers.Values.Any(value => value.Contains("p%40ss", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_redirect_cannot_make_us_log_in_elsewhere()
    {
        await using var source = FakeSource.Start();
        await using var other = FakeSource.Start();
        source.On("/a", Answers.Redirect($"http://user:pass@localhost:{other.Address.Port}/c"));
        other.On("/c", Answers.Text("here"));
        using var http = Http();

        using var response = await http.GetAsync(new Uri(source.Url("/a")), RequestHeaders.None, CancellationToken.None);

        Assert.Equal("", other.Received[0].Header("Authorization"));
    }

    [Fact]
    public async Task Headers_with_a_line_break_are_never_sent()
    {
        await using var source = FakeSource.Start();
        source.On("/x", Answers.Text("here"));
        using var http = Http();

        using var response = await http.GetAsync(new Uri(source.Url("/x")), Headers(
            ("X-Value", "1\r\nX-Injected: 1"), ("X-Line", "1\nX-Injected: 1"), ("X-Name\r\nX-Injected", "1"), ("User-Agent", "Box\r\nX-Injected: 1"),
            ("X-Good", "yes")), CancellationToken.None);

        var sent = Assert.Single(source.Received);
        Assert.Equal("yes", sent.Header("X-Good"));
        Assert.All(["X-Injected", "X-Value", "X-Line", "X-Name"], name => Assert.Equal("", sent.Header(name)));
        Assert.DoesNotContain("Box", sent.Header("User-Agent"), StringComparison.Ordinal);
    }

    private static OutboundHttp Http(OutboundReach reach = OutboundReach.PrivateToo) => new(reach, TimeSpan.FromSeconds(5), TimeProvider.System);

    private static async Task<OutboundException> FailAsync(Uri address, OutboundReach reach)
    {
        using var http = Http(reach);
        return await Assert.ThrowsAsync<OutboundException>(() => http.GetAsync(address, RequestHeaders.None, CancellationToken.None));
    }

    /// <summary>The same machine by another name: another host to whoever compares names.</summary>
    private static string Localhost(FakeSource source, string path) => $"http://localhost:{source.Address.Port}{path}";

    private static RequestHeaders Headers(params (string Name, string Value)[] headers) =>
        new([.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))]);
}
