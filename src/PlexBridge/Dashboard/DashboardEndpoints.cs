using Microsoft.Extensions.Primitives;
using PlexBridge.Settings;
using PlexBridge.Web.Admin;

namespace PlexBridge.Dashboard;

/// <summary>The first page, its events and its files. Read-only.</summary>
internal sealed class DashboardEndpoints(
    DashboardInputs inputs, DashboardFeed feed, SettingsHolder settings, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int MostViewers = 64;

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly StringValues NoStore = "no-store";

    private readonly EventStream _events = new(feed, time);
    private int _viewers;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/", Reading, PageAsync);
        endpoints.MapGet("/events", EventsAsync);
        endpoints.MapMethods("/static/{name}", Reading, StaticFiles.SendAsync);
        endpoints.MapMethods("/favicon.ico", Reading, static context =>
        {
            context.Request.RouteValues["name"] = "favicon.svg";
            return StaticFiles.SendAsync(context);
        });
    }

    private async Task PageAsync(HttpContext context)
    {
        var response = context.Response;
        PageHeaders.Set(response);
        response.Headers.CacheControl = NoStore;
        response.ContentType = "text/html; charset=utf-8";
        var state = await feed.LookAsync(context.RequestAborted);
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var parts = state.Parts;
        DashboardViews.Page(new DashboardModel
        {
            Version = inputs.Version,
            EventsAddress = $"events?topics={string.Join(',', Topic.All)}&since={feed.Mark(state.Revision)}",
            Connect = TunerAddress.Describe(context, settings.Current, inputs),
            Warnings = parts.Warnings,
            Tuners = parts.Tuners,
            Sessions = parts.Sessions,
            Sources = parts.Sources,
            Lineup = parts.Lineup,
        }).Render(response.BodyWriter);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private async Task EventsAsync(HttpContext context)
    {
        var response = context.Response;
        PageHeaders.Set(response);
        if (Topic.Parse(context.Request.Query["topics"]) is not { } topics)
        {
            await RefuseAsync(response, StatusCodes.Status400BadRequest, $"Known topics are {string.Join(", ", Topic.All)}.");
            return;
        }
        if (Interlocked.Increment(ref _viewers) > MostViewers)
        {
            Interlocked.Decrement(ref _viewers);
            response.Headers.RetryAfter = "30";
            await RefuseAsync(response, StatusCodes.Status503ServiceUnavailable, $"{MostViewers} pages are open already; close one.");
            return;
        }

        try
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = NoStore;
            // nginx would hold events back until its buffer is full.
            response.Headers["X-Accel-Buffering"] = "no";
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await _events.SendAsync(response.BodyWriter, topics, feed.RevisionOf(SeenBy(context.Request)), ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The browser left, or the appliance stops.
        }
        finally
        {
            Interlocked.Decrement(ref _viewers);
        }
    }

    /// <summary>A browser that comes back names the last event it got; the page names the state it was made from.</summary>
    private static string? SeenBy(HttpRequest request) =>
        request.Headers["Last-Event-ID"] is [{ Length: > 0 } last, ..] ? last : request.Query["since"];

    private static Task RefuseAsync(HttpResponse response, int status, string sentence)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(sentence + "\n", response.HttpContext.RequestAborted);
    }
}
