using System.Net;
using System.Net.Sockets;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>
/// A bad network between a sender and us: takes datagrams on a port of its own and passes them on, some swapped with
/// the next, some twice, some not at all. Owns its sockets and its loop.
/// </summary>
internal sealed class DatagramShuffle : IAsyncDisposable
{
    private const int SwapEvery = 17;
    private const int TwiceEvery = 23;

    private readonly Socket _in = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _out = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _to;
    private readonly int _dropEvery;
    private readonly Task _loop;
    private int _dropped;

    /// <summary>Starts.</summary>
    /// <param name="to">The port on loopback that what is left goes to.</param>
    /// <param name="dropEvery">Every how many datagrams one is dropped; 0 for none.</param>
    public DatagramShuffle(int to, int dropEvery)
    {
        _to = new IPEndPoint(IPAddress.Loopback, to);
        _dropEvery = dropEvery;
        _in.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_in.LocalEndPoint!).Port;
        _loop = RunAsync();
    }

    /// <summary>Where the sender sends to.</summary>
    public int Port { get; }

    /// <summary>How many were dropped.</summary>
    public int Dropped => Volatile.Read(ref _dropped);

    /// <summary>A UDP port that nobody has at the moment.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _in.Dispose();
        _out.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[65_536];
        byte[]? held = null;
        try
        {
            for (var count = 1; ; count++)
            {
                var length = await _in.ReceiveAsync(buffer, _stop.Token);
                if (_dropEvery > 0 && count % _dropEvery == 0)
                {
                    Interlocked.Increment(ref _dropped);
                    continue;
                }

                if (count % SwapEvery == 0)
                {
                    held = buffer[..length];
                    continue;
                }

                Send(buffer.AsSpan(0, length));
                if (count % TwiceEvery == 0)
                    Send(buffer.AsSpan(0, length));
                if (held is not null)
                    Send(held);
                held = null;
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private void Send(ReadOnlySpan<byte> datagram)
    {
        try
        {
            _out.SendTo(datagram, _to);
        }
        catch (SocketException)
        {
            // Nobody listens at the moment.
        }
    }
}
