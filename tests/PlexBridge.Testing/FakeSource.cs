using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PlexBridge.Testing;

/// <summary>How a path of a <see cref="FakeSource"/> answers; the token ends when the other side or the source leaves.</summary>
public delegate Task FakeAnswer(FakeRequest request, FakeReply reply, CancellationToken cancellationToken);

/// <summary>
/// An HTTP source on a port of its own that behaves as badly as a test asks: see <see cref="Answers"/> and
/// <see cref="HlsWindow"/>. Raw sockets, one request per connection. Owns its connections and ends them when disposed.
/// </summary>
public sealed class FakeSource : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, FakeAnswer> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly Lock _lock = new();
    private readonly List<FakeRequest> _received = [];
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _mostOpen = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;

    private FakeSource(IPAddress address)
    {
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen(512);
        Address = new UriBuilder("http", address.ToString(), ((IPEndPoint)_listener.LocalEndPoint!).Port).Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>The root, such as http://127.0.0.1:40001/.</summary>
    public Uri Address { get; }

    /// <summary>All requests so far, in order of their arrival.</summary>
    public IReadOnlyList<FakeRequest> Received
    {
        get
        {
            lock (_lock)
                return [.. _received];
        }
    }

    public static FakeSource Start() => new(IPAddress.Loopback);

    /// <summary>Makes a path, or with a slash at its end all files of a folder, answer so from now on; replaces an earlier answer.</summary>
    public FakeSource On(string path, FakeAnswer answer)
    {
        _answers[path] = answer;
        return this;
    }

    /// <summary>The whole address of a path; a query may follow.</summary>
    public string Url(string path) => new Uri(Address, path).ToString();

    /// <summary>Requests so far for a path.</summary>
    public int Requests(string path)
    {
        lock (_lock)
            return _received.Count(request => request.Path == path);
    }

    /// <summary>Connections that a path answers on at this moment.</summary>
    public int Open(string path)
    {
        lock (_lock)
            return _open.GetValueOrDefault(path);
    }

    /// <summary>The most connections that a path ever answered on at once.</summary>
    public int MostOpen(string path)
    {
        lock (_lock)
            return _mostOpen.GetValueOrDefault(path);
    }

    /// <summary>Completes when the condition holds; it is asked again whenever a request comes or goes.</summary>
    public async Task WaitForAsync(Func<FakeSource, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (condition(this))
                return;
            await changed.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                var connection = ServeAsync(socket);
                _connections[connection] = 0;
                _ = connection.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The source was disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        using (var gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            try
            {
                if (await ReadHeadAsync(socket, gone.Token) is not { } head)
                    return;
                var request = FakeRequest.Parse(head);
                var watching = WatchAsync(socket, gone);
                var reply = new FakeReply(socket);
                Note(request, +1);
                try
                {
                    var answer = AnswerFor(request.Path);
                    await answer(request, reply, gone.Token);
                    if (!reply.IsReset)
                        socket.Shutdown(SocketShutdown.Send);
                }
                finally
                {
                    Note(request, -1);
                    if (reply.IsReset)
                        socket.Close();
                    await watching;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The other side left, which a source has to live with.
            }
        }
    }

    private FakeAnswer AnswerFor(string path)
    {
        if (_answers.TryGetValue(path, out var exact))
            return exact;
        var folder = path[..(path.LastIndexOf('/') + 1)];
        return _answers.GetValueOrDefault(folder, Answers.Status(404));
    }

    private void Note(FakeRequest request, int change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (change > 0)
                _received.Add(request);
            var open = _open[request.Path] = _open.GetValueOrDefault(request.Path) + change;
            _mostOpen[request.Path] = Math.Max(open, _mostOpen.GetValueOrDefault(request.Path));
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    private static async Task<string?> ReadHeadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (var length = 0; length < buffer.Length;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return null;
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return Encoding.Latin1.GetString(buffer, 0, end);
        }
        return null;
    }

    private static async Task WatchAsync(Socket socket, CancellationTokenSource gone)
    {
        try
        {
            var ignored = new byte[1024];
            while (await socket.ReceiveAsync(ignored, gone.Token) > 0)
            {
            }
            await gone.CancelAsync();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await gone.CancelAsync();
        }
    }
}
