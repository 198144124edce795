using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// How RTSP, RTMP, SRT and MMS are handed to ffmpeg: the checked address in place of the host's name, and of the options in
/// the address only those that are known to be harmless.
/// </summary>
internal static class RemuxProtocols
{
    /// <summary>ffmpeg's own limit for a silent socket, in microseconds: behind the relay's, which says more.</summary>
    private const string SocketPatience = "20000000";

    /// <summary>Below this a latency in an SRT address is meant in milliseconds, as most programs write it; ffmpeg's own unit is the microsecond.</summary>
    private const long LeastMicroseconds = 20_000;

    /// <summary>True for a scheme that is read through ffmpeg.</summary>
    public static bool Knows(string scheme) =>
        scheme is "rtsp" or "rtspt" or "rtspu" or "rtsps" or "rtmp" or "rtmps" or "srt" or "mms" or "mmsh" or "mmst";

    /// <summary>
    /// What ffmpeg is to read.
    /// </summary>
    /// <param name="address">The address, taken apart.</param>
    /// <param name="host">The address that its host leads to and that may be reached.</param>
    /// <param name="headers">The stream's own headers.</param>
    /// <exception cref="UpstreamException">The address asks for something that isn't done.</exception>
    public static RemuxInput Of(RemuxAddress address, IPAddress host, RequestHeaders headers)
    {
        if (address.Trailer.Length > 0 && !address.Scheme.StartsWith("rtmp", StringComparison.Ordinal))
            throw Refuse("The stream's address holds blanks.");
        return address.Scheme switch
        {
            "rtsp" or "rtspt" or "rtspu" or "rtsps" => Rtsp(address, host, headers),
            "rtmp" or "rtmps" => Rtmp(address, host),
            "srt" => Srt(address, host),
            "mms" or "mmsh" or "mmst" => Mms(address, host),
            _ => throw Refuse($"{address.Scheme}:// streams can't be relayed."),
        };
    }

    private static RemuxInput Rtsp(RemuxAddress address, IPAddress host, RequestHeaders headers)
    {
        // ?tcp and ?udp at the end are words that ffmpeg and others understand; they are ours here and don't reach the server.
        var words = address.Query.Split('&');
        var wantsUdp = address.Scheme == "rtspu" || words.Contains("udp");
        var wantsTcp = address.Scheme is "rtspt" or "rtsps" || words.Contains("tcp");
        var query = string.Join('&', words.Where(word => word is not ("udp" or "tcp" or "multicast")));
        var isTls = address.Scheme == "rtsps";
        return new RemuxInput
        {
            Kind = "RTSP",
            Address = $"{(isTls ? "rtsps" : "rtsp")}://{address.SafeUser}{Literal(host)}{PortOf(address)}{address.Path}{(query.Length > 0 ? "?" + query : "")}",
            Format = "rtsp",
            Protocols = isTls ? "tls,tcp" : wantsTcp ? "tcp" : "tcp,udp,rtp",
            Options =
            [
                // TCP first: it passes routers and loses nothing. A server that can't answers 461, and UDP is tried.
                "-rtsp_transport", wantsUdp ? "udp" : wantsTcp ? "tcp" : "udp+tcp",
                // Nothing but the server itself may send to the UDP ports.
                "-rtsp_flags", wantsUdp ? "filter_src" : "prefer_tcp+filter_src",
                "-allowed_media_types", "video+audio+subtitle",
                "-timeout", SocketPatience,
                .. headers["User-Agent"] is { } agent && RequestHeaders.IsSendable("User-Agent", agent) ? ["-user_agent", agent] : (string[])[],
            ],
            HasSubtitles = true,
            Secrets = SecretsOf(address),
        };
    }

    private static RemuxInput Rtmp(RemuxAddress address, IPAddress host)
    {
        var options = new List<string> { "-rw_timeout", SocketPatience, "-rtmp_live", "live" };
        var app = AppOf(address.Path);
        foreach (var (name, value) in TrailerOf(address.Trailer))
        {
            switch (name.ToLowerInvariant())
            {
                case "app":
                    app = value;
                    options.AddRange(["-rtmp_app", value]);
                    break;
                case "playpath":
                    options.AddRange(["-rtmp_playpath", value]);
                    break;
                case "swfurl":
                    options.AddRange(["-rtmp_swfurl", value]);
                    break;
                case "pageurl":
                    options.AddRange(["-rtmp_pageurl", value]);
                    break;
                case "live" or "timeout" or "tcurl" or "swfvfy" or "buffer":
                    break; // Said by us, or without meaning here. swfVfy would make ffmpeg fetch an address.
                default:
                    throw Refuse($"The stream's address has the RTMP option “{Shown(name)}”, which isn't supported.");
            }
        }

        // The server finds its host's name where it looks for it, while the connection goes to the checked address.
        var name4 = address.Host.Contains(':', StringComparison.Ordinal) ? $"[{address.Host}]" : address.Host;
        options.AddRange(["-rtmp_tcurl", $"{address.Scheme}://{name4}{PortOf(address)}/{app}"]);
        var query = address.Query.Length > 0 ? "?" + address.Query : "";
        return new RemuxInput
        {
            Kind = "RTMP",
            Address = $"{address.Scheme}://{address.SafeUser}{Literal(host)}{PortOf(address)}{address.Path}{query}",
            Format = "live_flv",
            Protocols = address.Scheme == "rtmps" ? "rtmps,tls,tcp" : "rtmp,tcp",
            Options = options,
            Secrets = [.. SecretsOf(address), .. TrailerOf(address.Trailer).Select(pair => pair.Value)],
        };
    }

    private static RemuxInput Srt(RemuxAddress address, IPAddress host)
    {
        if (address.Port is null)
            throw Refuse("An SRT address needs a port.");
        // As options and not in the address: ffmpeg doesn't decode percent signs there.
        var options = new List<string> { "-mode", "caller", "-transtype", "live" };
        var secrets = new List<string>(SecretsOf(address));
        foreach (var (name, value) in address.Pairs())
        {
            switch (name.ToLowerInvariant())
            {
                case "mode" when value is "caller" or "":
                    break;
                case "mode":
                    throw Refuse("Only SRT's caller mode can be relayed: a stream is fetched, never waited for.");
                case "passphrase" when value.Length is >= 10 and <= 79:
                    options.AddRange(["-passphrase", value]);
                    secrets.Add(value);
                    break;
                case "passphrase" when value.Length == 0:
                    break;
                case "passphrase":
                    throw Refuse("An SRT passphrase has 10 to 79 characters.");
                case "pbkeylen" when value is "16" or "24" or "32":
                    options.AddRange(["-pbkeylen", value]);
                    break;
                case "streamid" or "srt_streamid" when value.Length <= 512:
                    options.AddRange(["-srt_streamid", value]);
                    secrets.Add(value);
                    break;
                case "latency" or "rcvlatency" or "tsbpddelay" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var latency):
                    latency = Math.Min(latency < LeastMicroseconds ? latency * 1000 : latency, 10_000_000);
                    options.AddRange(["-rcvlatency", latency.ToString(CultureInfo.InvariantCulture)]);
                    break;
                case "connect_timeout" or "conntimeo" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit):
                    options.AddRange(["-connect_timeout", Math.Clamp(limit, 100, 20_000).ToString(CultureInfo.InvariantCulture)]);
                    break;
                case "timeout" or "pkt_size" or "payload_size" or "transtype" or "peerlatency" or "maxbw" or "inputbw" or "oheadbw" or "ffs" or "mss" or "nakreport" or "tlpktdrop" or "lossmaxttl" or "linger" or "enforced_encryption" or "type":
                    break; // The sender's business, or the defaults are right.
                default:
                    throw Refuse($"The stream's address has the SRT option “{Shown(name)}”, which isn't supported or has a value that makes no sense.");
            }
        }

        return new RemuxInput
        {
            Kind = "SRT",
            Address = $"srt://{Literal(host)}{PortOf(address)}",
            Format = "mpegts",
            Protocols = "srt",
            // A transport stream may always bring more tracks, so all of this time passes before the first byte.
            Options = options,
            Analysis = TimeSpan.FromMilliseconds(500),
            HasSubtitles = true,
            Secrets = secrets,
        };
    }

    private static RemuxInput Mms(RemuxAddress address, IPAddress host)
    {
        // Plain mms:// leaves the way open; over HTTP, ffmpeg would follow redirects to wherever they lead.
        var isTcp = address.Scheme != "mmsh";
        return new RemuxInput
        {
            Kind = "MMS",
            Address = $"{(isTcp ? "mmst" : "mmsh")}://{address.SafeUser}{Literal(host)}{PortOf(address)}{address.Path}{(address.Query.Length > 0 ? "?" + address.Query : "")}",
            Format = "asf",
            Protocols = isTcp ? "mmst,tcp" : "mmsh,http,tcp",
            Options = ["-rw_timeout", SocketPatience],
            Secrets = SecretsOf(address),
        };
    }

    /// <summary>The application's part of the path, as ffmpeg cuts it: all but the last segment, two at most.</summary>
    private static string AppOf(string path)
    {
        var parts = path.TrimStart('/').Split('/');
        if (parts[0] == "ondemand")
            return parts[0];
        var isNamed = parts.Length >= 3 && !parts[1].Contains(':', StringComparison.Ordinal);
        return isNamed ? $"{parts[0]}/{parts[1]}" : parts.Length >= 2 ? parts[0] : "";
    }

    /// <summary>The pairs behind the blank: <c>playpath=news live=1</c>.</summary>
    private static IEnumerable<(string Name, string Value)> TrailerOf(string trailer)
    {
        foreach (var word in trailer.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            yield return equals <= 0 ? throw Refuse("The stream's address is followed by words that are no RTMP options.") : (word[..equals], word[(equals + 1)..]);
        }
    }

    private static IReadOnlyList<string> SecretsOf(RemuxAddress address)
    {
        var user = address.User.Split(':', 2);
        return
        [
            .. user.Concat(user.Select(Uri.UnescapeDataString)),
            .. address.Path.Split('/').Where(part => part.Length > 3),
            .. address.Pairs().Select(pair => pair.Value).Where(value => value.Length > 3),
        ];
    }

    private static string Literal(IPAddress host)
    {
        host = host.IsIPv4MappedToIPv6 ? host.MapToIPv4() : host;
        return host.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{host}]" : host.ToString();
    }

    private static string PortOf(RemuxAddress address) =>
        address.Port is { } port ? ":" + port.ToString(CultureInfo.InvariantCulture) : "";

    private static string Shown(string name) => new([.. name.Where(char.IsAsciiLetterOrDigit).Take(20)]);

    private static UpstreamException Refuse(string sentence) => new(UpstreamFault.Unsupported, sentence);
}
