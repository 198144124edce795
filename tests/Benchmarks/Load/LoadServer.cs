using System.Net;
using System.Net.Sockets;

namespace PlexBridge.Benchmarks.Load;

/// <summary>Accepts connections on a port of its own and gives each a thread, which blocks: the cheapest way to make load.</summary>
/// <remarks>Owns the sockets; disposing closes them, and with them end the threads.</remarks>
internal abstract class LoadServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private bool _isDisposed;

    protected LoadServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The address of a channel, numbered from 1.</summary>
    public abstract string Url(int channel);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var socket in _open)
                socket.Close(0);
            _open.Clear();
        }

        _listener.Dispose();
    }

    /// <summary>Begins to accept; the last line of a constructor.</summary>
    protected void Start() => Spawn(Accept);

    /// <summary>Answers on one connection until it is over.</summary>
    protected abstract void Answer(Socket socket);

    private static void Spawn(Action run) => new Thread(() => run(), 256 * 1024) { IsBackground = true }.Start();

    private void Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_gate)
            {
                if (_isDisposed)
                {
                    socket.Dispose();
                    return;
                }

                _open.Add(socket);
            }

            Spawn(() => Serve(socket));
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            Answer(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The other side left, or the measurement is over.
        }
        finally
        {
            lock (_gate)
                _open.Remove(socket);
            socket.Dispose();
        }
    }
}
