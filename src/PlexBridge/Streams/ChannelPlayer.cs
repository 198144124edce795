using PlexBridge.Channels;
using PlexBridge.Streaming;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streams;

/// <summary>Plays a channel on a request's connection: channel to streams, streams to a session, session to the reply.</summary>
internal sealed class ChannelPlayer(RelayHub hub, ChannelStore channels, StreamReply reply)
{
    private const int LongestUserAgent = 200;

    /// <summary>
    /// Plays until the stream ends. Nothing has been sent when a refusal comes back.
    /// </summary>
    /// <param name="context">The viewer's request.</param>
    /// <param name="channel">What to play.</param>
    /// <param name="tuner">The tuner asked for, from 0; null for any.</param>
    /// <param name="duration">When it ends by itself; null for never.</param>
    public async Task<OpenResult.Refused?> PlayAsync(HttpContext context, LineupChannel channel, int? tuner, TimeSpan? duration)
    {
        try
        {
            var streams = DemoChannels.StreamsOf(channel.Id) ?? await ReadStreamsAsync(channel.Id, context.RequestAborted);
            if (streams.Count == 0)
                return new OpenResult.Refused(StreamRefusal.TuneFailed, "The channel has no stream left; its source no longer lists any.");
            var relayed = new RelayChannel(channel.Id.ToString(), channel.Number.ToString(), channel.Name, streams);
            switch (await hub.OpenAsync(relayed, ViewerOf(context), tuner, context.RequestAborted))
            {
                case OpenResult.Refused refused:
                    return refused;
                case OpenResult.Opened opened:
                    await reply.SendAsync(context, opened.Session, duration);
                    break;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Zapped away before the first picture.
        }

        return null;
    }

    private async Task<IReadOnlyList<StreamAddress>> ReadStreamsAsync(ChannelId id, CancellationToken token) =>
        [.. (await channels.ReadStreamsAsync(id, token)).Select(stream => new StreamAddress
        {
            StreamId = stream.Id.Value,
            SourceId = stream.Source.Value,
            Name = stream.Name,
            Url = stream.Url,
            Headers = stream.Headers,
            Reach = stream.Reach,
            ConnectionLimit = stream.ConnectionLimit,
        })];

    private static Viewer ViewerOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        var agent = context.Request.Headers.UserAgent.ToString();
        return new Viewer(address?.ToString() ?? "", agent.Length > LongestUserAgent ? agent[..LongestUserAgent] : agent);
    }
}
