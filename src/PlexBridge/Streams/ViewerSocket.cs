using System.Net.Sockets;
using PlexBridge.Streaming;
using PlexBridge.Streaming.Buffers;

namespace PlexBridge.Streams;

/// <summary>
/// Empties a session into the viewer's socket, straight from the relay's blocks in gathered sends. The relay's pump sends
/// on its own thread whatever the socket takes at once; what it doesn't take goes on elsewhere when it does.
/// </summary>
/// <remarks>
/// Owner: <see cref="StreamReply"/>; doesn't own the socket. The session's turns see to it that one thread at a time sends.
/// </remarks>
internal sealed class ViewerSocket(Socket socket, RelaySession session) : SocketAsyncEventArgs(true), IThreadPoolWorkItem
{
    /// <summary>As much as goes into one send: a large read as a whole, with what was held back before it.</summary>
    private const int MostBytesPerSend = 1280 * 1024;

    private readonly List<TsSlice> _slices = [];
    private readonly List<ArraySegment<byte>> _segments = [];
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when the session has ended and everything was sent; false when the viewer's connection broke.</summary>
    public Task<bool> Done => _done.Task;

    /// <summary>Sends from now on whatever the session has.</summary>
    public void Start() => session.OnReady(SendOnce);

    /// <summary>More than one send is waiting: not on the pump's time.</summary>
    void IThreadPoolWorkItem.Execute() => SendAll();

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (EndTurn())
            SendAll();
    }

    private void SendOnce()
    {
        // What ended while this turn was under way has nobody else to tell it.
        if (TrySend() && (session.HasMore || session.IsOver))
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void SendAll()
    {
        while (TrySend())
        {
        }
    }

    /// <summary>One turn; true when it is over and well. One that the socket doesn't take whole goes on in <see cref="OnCompleted"/>.</summary>
    private bool TrySend()
    {
        if (_done.Task.IsCompleted || !session.Take(_slices, MostBytesPerSend))
        {
            FinishIfOver();
            return false;
        }

        try
        {
            _segments.Clear();
            foreach (var slice in _slices)
                _segments.Add(slice.Segment);
            BufferList = _segments;
            return !socket.SendAsync(this) && EndTurn();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            session.Release(_slices, wereSent: false);
            _done.TrySetResult(false);
            return false;
        }
    }

    private bool EndTurn()
    {
        var wasSent = SocketError == SocketError.Success;
        if (!wasSent)
            _done.TrySetResult(false);
        session.Release(_slices, wasSent);
        return wasSent;
    }

    private void FinishIfOver()
    {
        if (session.IsOver)
            _done.TrySetResult(true);
    }
}
