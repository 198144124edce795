using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using PlexBridge.Streaming;

namespace PlexBridge.Streams;

/// <summary>
/// Writes a live stream's reply on the viewer's own connection. Kestrel accepts, parses and notices that the viewer
/// left, but its responses always carry a length or chunks, and an HDHomeRun's carries neither; so head and body go
/// past it, straight to the socket.
/// </summary>
internal sealed class StreamReply(TimeProvider time)
{
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
        await using var registration = limit.Token.Register(() => session.Finish(StreamEnd.DurationReached));
        using var viewer = new ViewerSocket(socket, session);
        try
        {
            // An earlier reply on this connection may still be on its way through Kestrel's own pipe, and nothing tells when
            // it is gone. Viewers open a connection of their own for a stream; one that didn't gets a moment's pause.
            if (!context.TraceIdentifier.EndsWith(":00000001", StringComparison.Ordinal))
                await Task.Delay(PipeDrain, time, context.RequestAborted).ConfigureAwait(false);
            await socket.SendAsync(Head(session.TunerIndex), context.RequestAborted).ConfigureAwait(false);
            viewer.Start();
            if (await UntilSentAsync(context, viewer, session).ConfigureAwait(false))
                await CloseAsync(context, socket).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The viewer left.
        }
        finally
        {
            session.Finish(StreamEnd.ViewerLeft);
            context.Abort();
        }
    }

    /// <summary>True when everything was sent; false when the connection is to be dropped.</summary>
    private async Task<bool> UntilSentAsync(HttpContext context, ViewerSocket viewer, RelaySession session)
    {
        await Task.WhenAny(viewer.Done, session.Ended).WaitAsync(context.RequestAborted).ConfigureAwait(false);
        // A viewer that takes nothing holds the send, and its session's end must not wait for it: a moment for what is under
        // way, none for who was too slow.
        if (!viewer.Done.IsCompleted && session.End != StreamEnd.ViewerTooSlow)
            await Task.WhenAny(viewer.Done, Task.Delay(ClosingGrace, time, context.RequestAborted)).ConfigureAwait(false);
        return viewer.Done.IsCompleted && await viewer.Done.ConfigureAwait(false);
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

    /// <summary>What a real device answers (protocols: stream replies), with the tuner it took.</summary>
    private byte[] Head(int tuner) =>
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


             """.ReplaceLineEndings("\r\n"));
}
