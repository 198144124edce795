using System.Net;
using System.Net.Sockets;
using PlexBridge.Streaming.Pacing;

namespace PlexBridge.Streaming.Outbound;

/// <summary>
/// A connection to a source that is looked at on the shared beat instead of being announced by the runtime's event loop:
/// that one wakes two threads for every packet that arrives, read or not, and with many live channels costs more than the
/// reading. While a connection is young it is looked at more often, so that opening a stream loses no time.
/// </summary>
/// <remarks>Owns the socket. One reader and one writer at a time.</remarks>
internal sealed class PolledStream : Stream
{
    private static readonly TimeSpan YoungPoll = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(3);

    private readonly Socket _socket;
    private readonly SharedTick _tick;
    private readonly TickTurn _readTurn;
    private readonly long _begun;
    private volatile bool _isDisposed;

    private PolledStream(Socket socket, SharedTick tick)
    {
        _socket = socket;
        _tick = tick;
        _readTurn = new TickTurn(tick);
        _begun = tick.Time.GetTimestamp();
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Connects a new socket, which belongs to the stream, or is disposed.</summary>
    public static async Task<Stream> ConnectAsync(Socket socket, IPEndPoint to, SharedTick tick, CancellationToken token)
    {
        var stream = new PolledStream(socket, tick);
        try
        {
            socket.Blocking = false;
            try
            {
                socket.Connect(to);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                while (!socket.Poll(0, SelectMode.SelectWrite))
                    await Task.Delay(YoungPoll, tick.Time, token).ConfigureAwait(false);
                if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int and not 0 and var error)
                    throw new SocketException(error);
            }

            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(buffer.Span, out var read))
                return read;
            if (_tick.Time.GetElapsedTime(_begun) < Young)
                await Task.Delay(YoungPoll, _tick.Time, cancellationToken).ConfigureAwait(false);
            else
                await _readTurn.NextAsync().ConfigureAwait(false);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var sent = _socket.Send(buffer.Span, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                await Task.Delay(YoungPoll, _tick.Time, cancellationToken).ConfigureAwait(false);
            else if (error != SocketError.Success)
                throw Broken(error);
            else
                buffer = buffer[sent..];
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>A read that waits ends at its next look.</summary>
    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _socket.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>False when nothing is there yet. An empty buffer asks whether something is.</summary>
    private bool TryRead(Span<byte> buffer, out int read)
    {
        read = 0;
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (buffer.IsEmpty)
            return _socket.Poll(0, SelectMode.SelectRead);
        read = _socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return false;
        return error == SocketError.Success ? true : throw Broken(error);
    }

    private static IOException Broken(SocketError error)
    {
        var cause = new SocketException((int)error);
        return new IOException(cause.Message, cause);
    }
}
