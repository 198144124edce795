using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PlexBridge.Accounts;
using PlexBridge.Channels;
using PlexBridge.Discovery;
using PlexBridge.Formats.HdHomeRun;
using PlexBridge.Settings;
using PlexBridge.Streaming;
using PlexBridge.Testing;
using PlexBridge.Tests.Accounts;
using PlexBridge.Tuner;

namespace PlexBridge.Tests.Tuner;

/// <summary>The gate and the tuner's endpoints on a real Kestrel; the rooms below are values that tests set.</summary>
internal sealed class TunerServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TunerServer(WebApplication app, SettingsHolder settings)
    {
        _app = app;
        Settings = settings;
    }

    public SettingsHolder Settings { get; }

    public ManualTimeProvider Time { get; } = new();

    public Lineup Lineup { get; set; } = LineupOf(
        Channel(1, "5.1", "Ärger/HD", isHd: true), Channel(2, "7", "Zwei <TV>", isFavorite: true, isDrm: true), Channel(3, "9001", "Demo"));

    /// <summary>Enabled, but above the lineup's limit.</summary>
    public LineupChannel Omitted { get; } = Channel(99, "12000", "Omitted \"one\"");

    public int Republished { get; private set; }

    public IReadOnlyList<TunerSnapshot> Tuners { get; set; } = [new(0, null), new(1, null)];

    /// <summary>What asking for a stream comes to; by default a body that names what was asked for.</summary>
    public PlayChannel Play { get; set; } = static async (context, channel, tuner, duration) =>
    {
        await context.Response.WriteAsync($"{channel.Number} tuner={tuner} duration={duration?.TotalSeconds}");
        return null;
    };

    public IPEndPoint EndPoint => HttpListening.Find(_app.Services.GetRequiredService<IServer>())!;

    public string Host => EndPoint.ToString();

    public static async Task<TunerServer> StartAsync(params IEnumerable<(Setting Setting, string Text)> written)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        var server = new TunerServer(app, TestSettings.Holder(written));
        app.Use(new AccessGate(server.Settings).InvokeAsync);
        server.Map();
        await app.StartAsync();
        return server;
    }

    public Task<RawReply> GetAsync(string path, params string[] headers) => AskAsync("GET", path, headers);

    public Task<RawReply> AskAsync(string method, string path, params string[] headers) =>
        RawReply.AskAsync(EndPoint, [$"{method} {path} HTTP/1.1", $"Host: {Host}", "Connection: close", .. headers]);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    public static Lineup LineupOf(params ImmutableArray<LineupChannel> channels) => new(channels, channels.Length, 480);

    public static LineupChannel Channel(long id, string number, string name, bool isHd = false, bool isFavorite = false, bool isDrm = false) =>
        new(new ChannelId(id), ChannelNumber.Parse(number), name, "Group", null, null, isHd, isFavorite, isDrm, false);

    private void Map()
    {
        var inputs = new TunerInputs
        {
            Lineup = () => Lineup,
            RepublishAsync = _ =>
            {
                Republished++;
                return Task.CompletedTask;
            },
            ReadEnabled = _ => ReadEnabledAsync(),
            FindEnabledAsync = (id, _) => Task.FromResult(id == Omitted.Id ? Omitted : null),
            Tuners = () => Tuners,
            PlayAsync = (context, channel, tuner, duration) => Play(context, channel, tuner, duration),
        };
        var identity = new DeviceIdentity(DeviceId.From(0x1053C0CA), new string('A', 24), Guid.Empty);
        new TunerEndpoints(identity, Settings, inputs, Time).Map(_app);
        new StreamEndpoints(Settings, inputs, NullLogger<StreamEndpoints>.Instance).Map(_app);
    }

    private async IAsyncEnumerable<LineupChannel> ReadEnabledAsync()
    {
        foreach (var channel in Lineup.Channels)
            yield return channel;
        await Task.Yield();
        yield return Omitted;
    }
}
