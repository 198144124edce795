using System.Text.Json;
using PlexBridge.Cli;
using PlexBridge.Settings;
using PlexBridge.Streaming.Children;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Streams;

namespace PlexBridge;

/// <summary>`probe`: opens a stream as the relay would and says what it is.</summary>
internal static class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(ProbeOptions options, CancellationToken token)
    {
        using var children = new ChildLauncher([]);
        var probe = new StreamProbe(
            new UpstreamOpener(children, TimeProvider.System, () => options.Settings.Get(SettingsCatalog.FfmpegPath))
            {
                MulticastInterface = () => options.Settings.Get(SettingsCatalog.NetworkMulticast),
            }.OpenAsync,
            TimeProvider.System);
        // The person at the terminal names the address: it may be in their own network.
        var stream = new StreamAddress
        {
            StreamId = 0,
            SourceId = 0,
            Name = "the stream",
            Url = new SourceUrl(options.Url),
            Reach = OutboundReach.PrivateToo,
            Headers = options.UserAgent is { } agent ? new RequestHeaders([new("User-Agent", agent)]) : RequestHeaders.None,
        };
        var report = ProbeReport.Of(
            await probe.RunAsync(stream, options.Settings.Get(SettingsCatalog.RelayConnect), Patience, token), stream.Url.Scheme);
        var isUseless = report is { ScrambledPackets: > 0, KeyframeSeconds: null };
        if (options.WantsJson)
            await options.Terminal.Output.WriteLineAsync(JsonSerializer.Serialize(report, ProbeJson.Default.ProbeReport));
        else
            foreach (var line in report.Lines())
                await options.Terminal.Output.WriteLineAsync(line);
        if (!isUseless)
            return ExitCode.Done;
        await options.Terminal.Error.WriteLineAsync("The stream is scrambled and can't be relayed. Ask its provider for one that isn't.");
        return ExitCode.Failed;
    }
}
