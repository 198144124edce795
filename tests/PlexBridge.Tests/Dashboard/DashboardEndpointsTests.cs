using System.Net;
using System.Text.RegularExpressions;
using PlexBridge.Web.Shared;

namespace PlexBridge.Tests.Dashboard;

public sealed partial class DashboardEndpointsTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync();

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Page_shows_the_lineup_with_its_groups()
    {
        _host.Lineup = PageHost.LineupOf(("1", "One", "News"), ("5.1", "Five", "Sport"), ("6", "Six", ""));

        var page = await PageAsync();

        Assert.Contains("<td class=\"number\">5.1</td>", page, StringComparison.Ordinal);
        Assert.Contains(">Sport (1)</option>", page, StringComparison.Ordinal);
        Assert.Contains(">No group (1)</option>", page, StringComparison.Ordinal);
        Assert.Contains("1.2.3", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_from_a_source_stay_text()
    {
        _host.Lineup = PageHost.LineupOf(("1", "<script>alert('1')</script> & \"Co\"", "a\" onload=\"x"));

        var page = await PageAsync();

        Assert.Contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;Co&quot;", page, StringComparison.Ordinal);
        Assert.Contains("value=\"a&quot; onload=&quot;x\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_without_sources_says_what_to_type()
    {
        Assert.Contains("plexbridge import ", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_may_load_nothing_from_elsewhere_and_stand_in_no_frame()
    {
        using var reply = await _host.Client.GetAsync("/");

        var policy = reply.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], reply.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["same-origin"], reply.Headers.GetValues("Referrer-Policy"));
        Assert.Equal("text/html; charset=utf-8", reply.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Page_has_no_script_or_style_of_its_own_text()
    {
        _host.Lineup = PageHost.LineupOf(("1", "One", "News"));

        var page = await PageAsync();

        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]* src=)", page);
        Assert.DoesNotMatch(" on[a-z]+=", page);
    }

    [Fact]
    public async Task Every_file_the_page_names_is_there()
    {
        var addresses = FileAddress().Matches(await PageAsync())
            .Select(match => match.Value).Distinct(StringComparer.Ordinal).ToList();

        Assert.True(addresses.Count >= 5);
        foreach (var address in addresses)
        {
            using var reply = await _host.Client.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            Assert.Contains("immutable", reply.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Files_come_compressed_to_who_takes_it(string coding)
    {
        using var reply = await GetAsync("static/page.css", ("Accept-Encoding", $"deflate, {coding}"));

        Assert.Equal([coding], reply.Content.Headers.ContentEncoding);
        Assert.True(reply.Content.Headers.ContentLength < StaticAsset.Find("page.css")!.Plain.Length / 2);
    }

    [Fact]
    public async Task File_that_a_browser_has_is_not_sent_again()
    {
        using var first = await GetAsync("static/page.js");
        using var second = await GetAsync("static/page.js", ("If-None-Match", first.Headers.ETag!.ToString()));
        using var other = await GetAsync("static/page.js", ("If-None-Match", first.Headers.ETag.ToString()), ("Accept-Encoding", "br"));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Unknown_file_is_404()
    {
        using var reply = await GetAsync("static/nothing.js");

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    [Fact]
    public async Task Events_bring_what_changed_since_the_page_and_nothing_else()
    {
        using var events = await OpenEventsAsync(await EventsAddressAsync());
        _host.Sessions = [PageHost.Session("Evening News")];

        var first = await events.NextAsync();
        var second = await events.NextAsync();

        Assert.Equal(["sessions", "tuners"], new[] { first.Topic, second.Topic }.Order(StringComparer.Ordinal));
        Assert.Contains("Evening News", first.Html + second.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_shows_its_stream_and_what_happened_to_it()
    {
        using var events = await OpenEventsAsync("events?topics=sessions");
        await events.NextAsync();
        _host.Sessions =
        [
            PageHost.Session("Evening News") with
            {
                SwitchCount = 2, Lost = 4,
                Switches = [new(DateTimeOffset.UnixEpoch, "A <1>", "B", "nothing came for 4 s")],
            },
        ];

        var html = (await events.NextAsync()).Html;

        Assert.Contains("HLS stream", html, StringComparison.Ordinal);
        Assert.Contains("1 MB", html, StringComparison.Ordinal);
        Assert.Contains("2 switches, 4 pieces lost on the way", html, StringComparison.Ordinal);
        Assert.Contains("From A &lt;1&gt; to B at 00:00 UTC: nothing came for 4 s", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_bring_only_the_topics_asked_for()
    {
        _host.Sessions = [PageHost.Session("Evening News")];

        using var events = await OpenEventsAsync("events?topics=sessions");
        var first = await events.NextAsync();
        _host.Sessions = [];
        var second = await events.NextAsync();

        Assert.Equal(("sessions", "sessions"), (first.Topic, second.Topic));
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Browser_that_comes_back_is_told_what_it_missed()
    {
        string seen;
        using (var events = await OpenEventsAsync("events?topics=sessions"))
            seen = (await events.NextAsync()).Id;
        _host.Sessions = [PageHost.Session("Evening News")];

        using var again = await OpenEventsAsync("events?topics=sessions,lineup", seen);

        Assert.Equal("sessions", (await again.NextAsync()).Topic);
    }

    [Fact]
    public async Task Unknown_topic_is_refused_with_the_known_ones()
    {
        using var reply = await _host.Client.GetAsync("events?topics=weather");

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Contains("sessions", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_events_do_not_hold_up_the_end()
    {
        using var events = await OpenEventsAsync("events?topics=sessions");
        await events.NextAsync();

        await _host.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.True(await events.HasEndedAsync());
    }

    private Task<string> PageAsync() => _host.Client.GetStringAsync("/");

    private async Task<string> EventsAddressAsync()
    {
        return WebUtility.HtmlDecode(EventsAddress().Match(await PageAsync()).Groups["address"].Value);
    }

    private async Task<HttpResponseMessage> GetAsync(string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _host.Client.SendAsync(request);
    }

    private Task<EventReader> OpenEventsAsync(string address, string? lastId = null) => EventReader.OpenAsync(_host.Client, address, lastId);

    [GeneratedRegex("static/[^\"#]+", RegexOptions.None, 1000)]
    private static partial Regex FileAddress();

    [GeneratedRegex("sse-connect=\"(?<address>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EventsAddress();
}
