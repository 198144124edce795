using System.Net;
using PlexBridge.Formats.Dash;
using PlexBridge.Streaming.Children;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>An HLS stream that has to be put together from fMP4 or from separate tracks, which ffmpeg does.</summary>
internal sealed class RemuxNeededException(string kind, TimeSpan target)
    : UpstreamException(UpstreamFault.Unsupported, $"This is {kind}, which needs ffmpeg.")
{
    /// <summary>What it is, for people.</summary>
    public string Kind => kind;

    /// <summary>Its target duration; zero when not known.</summary>
    public TimeSpan Target => target;
}

/// <summary>Opens what is read through ffmpeg.</summary>
/// <param name="children">Starts it.</param>
/// <param name="time">The clock of limits.</param>
/// <param name="ffmpeg">Its name on the PATH or its path.</param>
internal sealed class RemuxOpener(ChildLauncher children, TimeProvider time, Func<string> ffmpeg)
{
    private static readonly TimeSpan ShortestStall = TimeSpan.FromSeconds(10);

    /// <summary>Opens RTSP, RTMP, SRT or MMS: the host is resolved and checked here, and ffmpeg gets the checked address.</summary>
    /// <exception cref="UpstreamException">It can't be opened; the message says why and carries no secret.</exception>
    public async Task<IUpstream> OpenAsync(StreamAddress stream, TimeSpan connect, CancellationToken token)
    {
        if (!RemuxAddress.TryParse(stream.Url.Address, out var address, out var fault))
            throw new UpstreamException(UpstreamFault.Unsupported, $"The address of “{stream.Name}” {fault}.");
        if (address.Scheme == "mmsh" && stream.Reach != OutboundReach.PrivateToo)
            throw new UpstreamException(UpstreamFault.Unsupported,
                "MMS over HTTP (mmsh://) follows redirects that can't be checked. Use mms://, or allow it with: plexbridge sources set NAME --private true");
        using var limit = new CancellationTokenSource(connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        IReadOnlyList<IPAddress> hosts;
        try
        {
            hosts = await OutboundNames.ResolveAsync(address.Host, stream.Reach, either.Token).ConfigureAwait(false);
        }
        catch (OutboundException exception)
        {
            throw new UpstreamException(UpstreamFault.Unreachable, exception.Message, exception);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new UpstreamException(UpstreamFault.Unreachable, $"The name {address.Host} could not be resolved within {connect.TotalSeconds:0.#} s.");
        }

        // One address only: ffmpeg can't be given several, and IPv4 is what works nearly everywhere.
        var host = hosts.FirstOrDefault(one => one.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork) ?? hosts[0];
        return await StartAsync(RemuxProtocols.Of(address, host, stream.Headers), null).ConfigureAwait(false);
    }

    /// <summary>Opens HLS with fMP4 segments or separate audio.</summary>
    public Task<IUpstream> OpenHlsAsync(OutboundHttp http, StreamAddress stream, Uri entry, RemuxNeededException needed)
    {
        var site = new RemuxSite(http, stream.Headers, entry, time, first: null);
        return StartAsync(
            new RemuxInput
            {
                Kind = needed.Kind,
                Address = RemuxSite.AddressOf(isDash: false),
                Format = "hls",
                Protocols = "http,tcp,crypto",
                // One request at a time and a new connection for each: they only go to the proxy beside it.
                Options = ["-http_persistent", "0", "-http_multiple", "0", "-http_seekable", "0", "-max_reload", "20", "-m3u8_hold_counters", "20"],
                HasSubtitles = false,
                ArrivesInBursts = true,
                StallLimit = StallOf(needed.Target),
                Environment = site.Environment,
            },
            site);
    }

    /// <summary>Opens DASH, from a manifest that was read already.</summary>
    /// <exception cref="UpstreamException">It is protected, or carries nothing that can be relayed.</exception>
    public Task<IUpstream> OpenDashAsync(OutboundHttp http, StreamAddress stream, Uri entry, DashManifest manifest, byte[] body, Uri address)
    {
        Check(manifest);
        var site = new RemuxSite(http, stream.Headers, entry, time, (body, address));
        return StartAsync(
            new RemuxInput
            {
                Kind = "DASH",
                Address = RemuxSite.AddressOf(isDash: true),
                Format = "dash",
                Protocols = "http,tcp",
                ArrivesInBursts = true,
                StallLimit = StallOf(manifest.LongestSegment),
                Environment = site.Environment,
            },
            site);
    }

    /// <summary>Refuses a manifest that can't be relayed.</summary>
    /// <exception cref="UpstreamException">It can't.</exception>
    public static void Check(DashManifest manifest)
    {
        if (manifest.Protections is { Count: > 0 } drm)
            throw new UpstreamException(UpstreamFault.Protected, $"This DASH stream is encrypted with DRM ({string.Join(", ", drm)}); it can't be relayed.");
        if (!manifest.HasPlayable)
            throw new UpstreamException(UpstreamFault.Unsupported, "This DASH stream has no picture and no sound in a codec that a transport stream can carry.");
    }

    private async Task<IUpstream> StartAsync(RemuxInput input, RemuxSite? site)
    {
        try
        {
            return ChildUpstream.Start(children, RemuxCommand.Of(ffmpeg(), input), input, site);
        }
        catch
        {
            if (site is not null)
                await site.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static TimeSpan StallOf(TimeSpan segment) => segment * 3 is var three && three > ShortestStall ? three : ShortestStall;
}
