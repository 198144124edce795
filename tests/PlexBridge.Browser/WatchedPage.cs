using Microsoft.Playwright;

namespace PlexBridge.Browser;

/// <summary>A page together with everything it asked for and complained about.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];
    private readonly List<Uri> _requests = [];

    internal WatchedPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) => Add(_complaints, $"{message.Type}: {message.Text}", message.Type is "error" or "warning");
        page.PageError += (_, error) => Add(_complaints, error, true);
        page.Request += (_, request) => Add(_requests, new Uri(request.Url), true);
    }

    public IPage Page { get; }

    /// <summary>Console errors and warnings, and uncaught exceptions.</summary>
    public IReadOnlyList<string> Complaints => Copy(_complaints);

    public IReadOnlyList<Uri> Requests => Copy(_requests);

    /// <summary>How many pixels the page is wider than the window.</summary>
    public Task<int> OverhangAsync() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth");

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private static void Add<T>(List<T> list, T item, bool isWanted)
    {
        if (!isWanted)
            return;
        lock (list)
            list.Add(item);
    }

    private static List<T> Copy<T>(List<T> list)
    {
        lock (list)
            return [.. list];
    }
}
