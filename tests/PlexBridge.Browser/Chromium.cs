using Microsoft.Playwright;
using PlexBridge.Testing;

namespace PlexBridge.Browser;

/// <summary>Debian's chromium, shared by a class's tests. Owns the browser and Playwright's driver.</summary>
public sealed class Chromium : IAsyncLifetime
{
    public const string Program = "chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (Programs.Find(Program) is not { } path)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            // Root, as in a container, has no sandbox; and a test's browser asks nobody on the network.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a page of its own browser profile and waits until its events flow.</summary>
    public async Task<WatchedPage> OpenAsync(Uri address, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light, ReducedMotion motion = ReducedMotion.NoPreference)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = motion,
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        var watched = new WatchedPage(context, page);
        await page.GotoAsync(address.ToString());
        await page.GetByText("Live", new PageGetByTextOptions { Exact = true }).WaitForAsync();
        return watched;
    }
}
