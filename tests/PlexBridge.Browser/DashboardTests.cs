using Microsoft.Playwright;
using PlexBridge.Testing;

namespace PlexBridge.Browser;

/// <summary>The first page in a real browser, served by the published binary.</summary>
public sealed class DashboardTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private const int PhoneWidth = 390;
    private const int PhoneHeight = 844;

    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [BrowserFact]
    public async Task Page_loads_without_complaint_and_asks_nobody_else()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path, "--demo");
        await using var page = await chromium.OpenAsync(appliance.Address);

        Assert.Empty(page.Complaints);
        Assert.All(page.Requests.Where(request => request.Scheme is not "data"), request => Assert.Equal(appliance.Address.Authority, request.Authority));
        Assert.Equal(3, await page.Page.Locator(".channels tbody tr").CountAsync());
    }

    [BrowserFact]
    public async Task Page_says_what_to_type_while_there_is_nothing()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var page = await chromium.OpenAsync(appliance.Address);

        await page.Page.GetByText("plexbridge import https://").WaitForAsync();
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Phone_needs_no_sideways_scrolling()
    {
        await ImportAsync(Playlist(60));
        await using var appliance = await Appliance.ServeAsync(_data.Path, "--demo");
        await using var page = await chromium.OpenAsync(appliance.Address, PhoneWidth, PhoneHeight);

        Assert.InRange(await page.OverhangAsync(), int.MinValue, 0);
    }

    [BrowserFact]
    public async Task Dark_follows_the_system()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path, "--demo");
        await using var light = await chromium.OpenAsync(appliance.Address);
        await using var dark = await chromium.OpenAsync(appliance.Address, scheme: ColorScheme.Dark);

        const string Ground = "getComputedStyle(document.body).backgroundColor";
        Assert.NotEqual(await light.Page.EvaluateAsync<string>(Ground), await dark.Page.EvaluateAsync<string>(Ground));
    }

    [BrowserFact]
    public async Task Text_stands_out_enough_in_light_and_dark()
    {
        await ImportAsync(Playlist(600));
        await using var appliance = await Appliance.ServeAsync(_data.Path, "--demo");

        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var page = await chromium.OpenAsync(appliance.Address, scheme: scheme);
            Assert.Empty(await page.Page.EvaluateAsync<string[]>(Contrast.TooWeak));
        }
    }

    [BrowserFact]
    public async Task Policy_stops_scripts_of_the_page_itself()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var page = await chromium.OpenAsync(appliance.Address);

        await page.Page.EvaluateAsync(
            "() => { const script = document.createElement('script'); script.textContent = 'window.wasRun = true'; document.body.append(script); }");

        Assert.False(await page.Page.EvaluateAsync<bool>("window.wasRun === true"));
        Assert.Contains(page.Complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task Lineup_is_filtered_by_name_number_and_group()
    {
        await ImportAsync(Playlist(30));
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var page = await chromium.OpenAsync(appliance.Address);
        var shown = page.Page.Locator(".channels tbody tr:visible");

        await page.Page.GetByLabel("Find a channel by name or number").FillAsync("channel 17");
        await Assertions.Expect(shown).ToHaveCountAsync(1);
        await page.Page.GetByLabel("Find a channel by name or number").FillAsync("");
        await page.Page.GetByLabel("Group", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("News & Talk");
        await Assertions.Expect(shown).ToHaveCountAsync(15);
        await page.Page.GetByLabel("Find a channel by name or number").FillAsync("nothing like it");
        await Assertions.Expect(page.Page.GetByText("No channel matches.")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Imported_playlist_appears_without_reloading()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var page = await chromium.OpenAsync(appliance.Address);

        await ImportAsync(Playlist(4));

        await Assertions.Expect(page.Page.Locator(".channels tbody tr")).ToHaveCountAsync(4);
        await Assertions.Expect(page.Page.Locator(".sources").GetByText("imported")).ToBeVisibleAsync();
    }

    [BrowserFact("ffmpeg")]
    public async Task Live_session_appears_and_goes_by_itself()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path, "--demo");
        await using var page = await chromium.OpenAsync(appliance.Address);
        await Assertions.Expect(page.Page.GetByText("Nobody is watching.")).ToBeVisibleAsync();

        using (var viewer = await appliance.Client.GetAsync("auto/v9001", HttpCompletionOption.ResponseHeadersRead))
        {
            await Assertions.Expect(page.Page.Locator(".session .number")).ToHaveTextAsync("9001");
            await Assertions.Expect(page.Page.GetByText("1 of 4 in use")).ToBeVisibleAsync();
        }

        await Assertions.Expect(page.Page.GetByText("Nobody is watching.")).ToBeVisibleAsync();
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Address_is_copied_by_the_keyboard()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var page = await chromium.OpenAsync(appliance.Address);

        await page.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Page.GetByText("Skip to the lineup")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Copy" })).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await page.Page.GetByText("Copied").WaitForAsync();
    }

    private async Task ImportAsync(string playlist)
    {
        var path = _data["list.m3u"];
        await File.WriteAllTextAsync(path, playlist);
        var ran = await Appliance.RunAsync(_data.Path, "import", path);
        Assert.True(ran.ExitCode == 0, ran.ToString());
    }

    private static string Playlist(int channels) => "#EXTM3U\n" + string.Concat(Enumerable.Range(1, channels).Select(number =>
        $"#EXTINF:-1 tvg-id=\"c{number}\" group-title=\"{(number % 2 == 0 ? "News & Talk" : "Sport")}\",Channel {number}\nhttp://192.0.2.1/{number}.ts\n"));
}
