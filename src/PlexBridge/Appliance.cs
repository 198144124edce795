using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using PlexBridge.Accounts;
using PlexBridge.Channels;
using PlexBridge.Cli;
using PlexBridge.Dashboard;
using PlexBridge.Discovery;
using PlexBridge.Health;
using PlexBridge.Sessions;
using PlexBridge.Settings;
using PlexBridge.Sources;
using PlexBridge.Storage;
using PlexBridge.Streaming;
using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Children;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Streams;
using PlexBridge.Tuner;

namespace PlexBridge;

/// <summary>
/// `serve`: opens the data folder, wires the rooms, listens, and runs until it is told to stop. The order in which
/// things are made here is the order of the house from the ground up; they are let go in the reverse order.
/// </summary>
internal static class Appliance
{
    public static async Task<int> RunAsync(ServeOptions options, CancellationToken stopping)
    {
        var time = TimeProvider.System;
        // A bad value stops the start before anything is created.
        (await options.Settings.ReadAsync(store: null, stopping)).Require();
        FolderOwner.TakeOn(options.Folder);

        await using var database = await Database.OpenAsync(options.Folder, cancellationToken: stopping);
        var settingsStore = new SettingsStore(database);
        var reading = await options.Settings.ReadAsync(settingsStore, stopping);
        var settings = new SettingsHolder(reading.Require());
        var identity = await DeviceIdentity.LoadAsync(database, stopping);

        var channels = new ChannelStore(database);
        using var lineup = new LineupPublisher(channels, settings, options.IsDemo ? DemoChannels.Lineup : []);
        await lineup.ReloadAsync(stopping);

        var builder = ApplianceHost.CreateBuilder(settings);
        await using var app = builder.Build();
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var log = new ApplianceLog(loggers.CreateLogger("PlexBridge"));
        foreach (var warning in reading.Warnings)
            log.Warn(warning);
        if (options.IsDemo && DemoFault() is { } demoFault)
            log.Warn("The demo is off: " + demoFault);
        if (options.Folder.IsOpenToOthers)
            log.Warn($"The data folder {options.Folder.Path} can be read by other users of this machine, and it holds passwords. Close it with: chmod 700 {options.Folder.Path}");

        using var children = new ChildLauncher(ChildShim.Of(Environment.ProcessPath, Environment.ProcessId));
        var opener = new UpstreamOpener(children, time, () => settings.Current.Get(SettingsCatalog.FfmpegPath)) { MulticastInterface = () => settings.Current.Get(SettingsCatalog.NetworkMulticast) };
        var hub = new RelayHub(RelaySettings.Of(settings.Current), opener.OpenAsync, new TsBlockPool(), time, loggers.CreateLogger<RelayHub>());
        await using var letGoOfHub = hub;
        settings.Changed += current => hub.Options = RelaySettings.Of(current);
        var player = new ChannelPlayer(hub, channels, new StreamReply(time));
        var discovery = new DiscoveryResponder(
            new DiscoveryAnswer(identity, settings, time, () => HttpListening.Find(app.Services.GetRequiredService<IServer>())),
            settings, time, loggers.CreateLogger<DiscoveryResponder>());
        using var letGoOfDiscovery = discovery;
        using var refresher = new SourceRefresher(database, settings, lineup.ReloadAsync, time, loggers.CreateLogger<SourceRefresher>());

        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        app.Use(new AccessGate(settings).InvokeAsync);
        // Named, so that it runs behind the gate, which may shorten the path.
        app.UseRouting();
        var tunerInputs = new TunerInputs
        {
            Lineup = () => lineup.Current,
            RepublishAsync = lineup.ReloadAsync,
            ReadEnabled = token => options.IsDemo ? DemoChannels.After(channels.ReadEnabledAsync(token)) : channels.ReadEnabledAsync(token),
            FindEnabledAsync = channels.FindEnabledAsync,
            Tuners = hub.Tuners,
            PlayAsync = player.PlayAsync,
        };
        new TunerEndpoints(identity, settings, tunerInputs, time).Map(app);
        new StreamEndpoints(settings, tunerInputs, loggers.CreateLogger<StreamEndpoints>()).Map(app);

        var dashboard = new DashboardInputs
        {
            Lineup = () => lineup.Current,
            Sessions = hub.Sessions,
            Tuners = hub.Tuners,
            ReadSourcesAsync = new SourceImportReader(database).ReadAsync,
            DiscoveryFault = () => discovery.Warning,
            DemoFault = () => options.IsDemo ? DemoFault() : null,
            DeviceId = identity.DeviceId.ToString(),
            IsDemo = options.IsDemo,
            Version = VersionVerb.Read().Version,
        };
        using var feed = new DashboardFeed(dashboard, time);
        new DashboardEndpoints(dashboard, feed, settings, lifetime, time).Map(app);
        new HealthEndpoints(
            [
                ServiceProbes.Database(database), ServiceProbes.Lineup(() => lineup.Current),
                ServiceProbes.Discovery(() => discovery.Warning), ServiceProbes.Relay(hub.Tuners),
            ],
            lifetime, time).Map(app);
        app.MapFallback(TunerReply.SendNotFound);

        if (await TryStartAsync(app, settings.Current.Get(SettingsCatalog.Listen), options.Terminal) is false)
            return ExitCode.Failed;

        ChangeWatcher? watcher = null;
        await using var control = await ControlServer.StartAsync(options.Folder, new Dictionary<string, Func<CancellationToken, Task<string>>>
        {
            [ControlClient.Changed] = async token =>
            {
                if (watcher is not null)
                    await watcher.PokeAsync(token);
                return "{}";
            },
            [ControlClient.Sessions] = _ => Task.FromResult(SessionsDocument.Write(hub.Sessions())),
        }, time);
        watcher = await ChangeWatcher.StartAsync(database, async token =>
        {
            foreach (var problem in (await options.Settings.ReloadAsync(settingsStore, settings, token)).Problems)
                log.Warn(problem.ToString());
            await lineup.ReloadAsync(token);
        }, time, loggers.CreateLogger<ChangeWatcher>(), stopping);
        await using var letGoOfWatcher = watcher;

        await discovery.StartAsync(CancellationToken.None);
        await refresher.StartAsync(CancellationToken.None);
        await SayReadyAsync(options.Terminal, app, identity);
        WarnAboutLineup(lineup.Current);
        lineup.Changed += WarnAboutLineup;

        await Task.Delay(Timeout.InfiniteTimeSpan, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync();
        return ExitCode.Done;

        string? DemoFault() => DemoChannels.Fault(settings.Current.Get(SettingsCatalog.FfmpegPath), options.Terminal.Environment);

        void WarnAboutLineup(Lineup current)
        {
            log.Published(current.Channels.Length);
            if (current.Omitted > 0)
                log.LineupCut(current.EnabledCount, current.Limit, current.Omitted);
        }

        async Task StopAsync()
        {
            log.Stopping(hub.Sessions().Count);
            hub.StopOpening();
            await discovery.StopAsync(CancellationToken.None);
            await refresher.StopAsync(CancellationToken.None);
            var grace = settings.Current.Get(SettingsCatalog.ShutdownGrace);
            var begun = time.GetTimestamp();
            while (hub.Sessions().Count > 0 && time.GetElapsedTime(begun) < grace)
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, CancellationToken.None);
            await hub.DisposeAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
            await app.StopAsync(patience.Token);
        }
    }

    private static async Task<bool> TryStartAsync(WebApplication app, IPEndPoint listen, Terminal terminal)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            await terminal.Error.WriteLineAsync(
                fault is IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException }
                    ? $"Port {listen.Port.ToString(CultureInfo.InvariantCulture)} on {listen.Address} is taken by another program. Stop it, or choose another with --listen {listen.Address}:PORT."
                    : $"{listen} can't be listened on: {(fault.InnerException ?? fault).Message}. Choose an address of this machine and a port above 1023 with --listen ADDRESS:PORT.");
            return false;
        }
    }

    private static Task SayReadyAsync(Terminal terminal, WebApplication app, DeviceIdentity identity)
    {
        var listening = HttpListening.Find(app.Services.GetRequiredService<IServer>())!;
        var reachable = listening.Address.Equals(IPAddress.Any) || listening.Address.Equals(IPAddress.IPv6Any)
            ? LocalAddresses.Reachable()
            : listening.Address;
        var address = new IPEndPoint(reachable, listening.Port);
        return terminal.Output.WriteLineAsync(
            $"PlexBridge {VersionVerb.Read().Version} ready: http://{address} (tuner {address}, device {identity.DeviceId})");
    }
}
