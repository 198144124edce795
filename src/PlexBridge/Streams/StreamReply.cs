using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using PlexBridge.Streaming;
using PlexBridge.Streaming.Buffers;

namespace PlexBridge.Streams;

/// <summary>
/// Writes a live stream's reply on the viewer's own connection. Kestrel accepts, parses and notices that the viewer
/// left, but its responses always carry a length or chunks, and an HDHomeRun's carries neither; so head and body go
/// past it, straight from the relay's blocks to the socket in gathered sends.
/// </summary>
internal sealed class StreamReply(TimeProvider time)
{
    /// <summary>As much as goes into one send: enough to be cheap, little enough to leave room for other viewers.</summary>
    private const int MostBytesPerSend = 256 * 1024;

    private static readonly TimeSpan PipeDrain = TimeSpan.FromMilliseconds(30);

    /// <summary>How long the viewer may take to close after our FIN before the connection is dropped.</summary>
    private static readonly TimeSpan ClosingGrace = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Sends a session until it ends, the viewer leaves or the duration is over. Disposes the session.
    /// </summary>
    public async Task SendAsync(HttpContext context, RelaySession session, TimeSpan? duration)
    {
        await using var _ = session;
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            throw new InvalidOperationException("Streams are sent on plain sockets; this connection has none.");
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;

        using var limit = duration is { } length ? new CancellationTokenSource(length, time) : new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, limit.Token);
        await using var registration = limit.Token.Register(() => session.Finish(StreamEnd.DurationReached));
        try
        {
            // An earlier reply on this connection may still be on its way through Kestrel's own pipe, and nothing tells when
            // it is gone. Viewers open a connection of their own for a stream; one that didn't gets a moment's pause.
            if (!context.TraceIdentifier.EndsWith(":00000001", StringComparison.Ordinal))
                await Task.Delay(PipeDrain, time, stop.Token).ConfigureAwait(false);
            await SendAllAsync(socket, Head(session.TunerIndex)).ConfigureAwait(false);
            await PumpAsync(context, socket, session, stop.Token).ConfigureAwait(false);
            await CloseAsync(context, socket).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            session.Finish(StreamEnd.ViewerLeft);
            if (session.End == StreamEnd.DurationReached)
                await CloseAsync(context, socket).ConfigureAwait(false);
        }
        finally
        {
            context.Abort();
        }
    }

    private async Task PumpAsync(HttpContext context, Socket socket, RelaySession session, CancellationToken stop)
    {
        var slices = new List<TsSlice>();
        var segments = new List<ArraySegment<byte>>();
        while (await session.WaitAsync(stop).ConfigureAwait(false))
        {
            session.Take(slices, MostBytesPerSend);
            segments.Clear();
            foreach (var slice in slices)
                segments.Add(slice.Segment);
            var wereSent = false;
            try
            {
                var sending = SendAllAsync(socket, segments);
                // A viewer that takes nothing holds the send; its session's end must not wait for it.
                if (!sending.IsCompleted && await Task.WhenAny(sending, session.Ended).ConfigureAwait(false) != sending)
                    await LetGoAsync(context, session, sending).ConfigureAwait(false);
                await sending.ConfigureAwait(false);
                wereSent = true;
            }
            finally
            {
                session.Release(slices, wereSent);
            }
        }
    }

    /// <summary>The session has ended while the viewer takes nothing: a moment for what is under way, none for who was too slow.</summary>
    private async Task LetGoAsync(HttpContext context, RelaySession session, Task sending)
    {
        if (session.End != StreamEnd.ViewerTooSlow)
            await Task.WhenAny(sending, Task.Delay(ClosingGrace, time, CancellationToken.None)).ConfigureAwait(false);
        if (!sending.IsCompleted)
            context.Abort();
    }

    /// <summary>FIN, then a moment for the viewer to take what is under way and close: a reset would cut its last bytes.</summary>
    private async Task CloseAsync(HttpContext context, Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            await Task.Delay(ClosingGrace, time, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The viewer closed: what the delay waited for.
        }
    }

    private static async Task SendAllAsync(Socket socket, List<ArraySegment<byte>> segments)
    {
        var left = segments.Sum(segment => segment.Count);
        while (left > 0)
        {
            var sent = await socket.SendAsync(segments, SocketFlags.None).ConfigureAwait(false);
            left -= sent;
            if (left > 0)
                Advance(segments, sent);
        }
    }

    private static void Advance(List<ArraySegment<byte>> segments, int sent)
    {
        while (sent > 0)
        {
            if (segments[0].Count <= sent)
            {
                sent -= segments[0].Count;
                segments.RemoveAt(0);
            }
            else
            {
                segments[0] = segments[0][sent..];
                sent = 0;
            }
        }
    }

    /// <summary>What a real device answers (protocols: stream replies), with the tuner it took.</summary>
    private List<ArraySegment<byte>> Head(int tuner) =>
    [
        Encoding.ASCII.GetBytes(
            $"""
             HTTP/1.1 200 OK
             Server: HDHomeRun/1.0
             Connection: close
             Content-Type: video/mpeg
             Cache-Control: no-cache
             Access-Control-Allow-Origin: *
             transferMode.dlna.org: Streaming
             X-HDHomeRun-Resource: tuner{tuner}
             Date: {time.GetUtcNow():R}


             """.ReplaceLineEndings("\r\n")),
    ];
}
