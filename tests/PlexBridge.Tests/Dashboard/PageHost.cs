using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using PlexBridge.Channels;
using PlexBridge.Dashboard;
using PlexBridge.Settings;
using PlexBridge.Streaming;

namespace PlexBridge.Tests.Dashboard;

/// <summary>The page on a real Kestrel, with a lineup, sessions and sources that a test sets.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DashboardFeed _feed;

    private PageHost(WebApplication app)
    {
        _app = app;
        _feed = new DashboardFeed(Inputs(this), TimeProvider.System);
        new DashboardEndpoints(Inputs(this), _feed, new SettingsHolder(SettingsSnapshot.Defaults), app.Lifetime, TimeProvider.System).Map(app);
    }

    public Lineup Lineup { get; set; } = Lineup.Empty;

    public IReadOnlyList<SessionSnapshot> Sessions { get; set; } = [];

    public IReadOnlyList<SourceImport> Sources { get; set; } = [];

    public string? DiscoveryFault { get; set; }

    public bool IsDemo { get; init; }

    public HttpClient Client { get; } = new();

    public static async Task<PageHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var host = new PageHost(app);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        host.Client.BaseAddress = new Uri(address);
        return host;
    }

    public Task StopAsync() => _app.StopAsync();

    public static DashboardInputs Inputs(PageHost host) => new()
    {
        Lineup = () => host.Lineup,
        Sessions = () => host.Sessions,
        Tuners = () => [.. Enumerable.Range(0, 4).Select(index => new TunerSnapshot(index, host.Sessions.FirstOrDefault(session => session.Tuner == index)))],
        ReadSourcesAsync = _ => Task.FromResult(host.Sources),
        DiscoveryFault = () => host.DiscoveryFault,
        DemoFault = () => null,
        DeviceId = "10512345",
        IsDemo = host.IsDemo,
        Version = "1.2.3",
    };

    public static Lineup LineupOf(params (string Number, string Name, string Group)[] channels) => new(
        [.. channels.Select((channel, index) => new LineupChannel(
            new ChannelId(index + 1), ChannelNumber.Parse(channel.Number), channel.Name, channel.Group, null, null, false, false, false, false))],
        channels.Length, 480);

    public static SessionSnapshot Session(string channel, int tuner = 0) => new(
        "s" + tuner, "5.1", channel, "192.0.2.20", "VLC/3.0.18 LibVLC/3.0.18", tuner, new DateTimeOffset(2026, 3, 1, 20, 0, 0, TimeSpan.Zero),
        1_000_000, 8_000_000, "H264", "AAC", 1, "stream", "HLS", "live", 0);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _feed.Dispose();
    }
}
