using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace PlexBridge.Streaming.Outbound;

/// <summary>What a child asks for.</summary>
/// <param name="Address">The absolute http address, as written in the request line.</param>
/// <param name="Range">The Range header; null where it wants all.</param>
internal sealed record ProxyRequest(string Address, string? Range);

/// <summary>What a child gets. Owner of the body: whoever sends it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The bytes; sent until they end.</param>
/// <param name="Head">Header lines beside Connection, such as Content-Type.</param>
/// <param name="Owner">Disposed after the body.</param>
internal sealed record ProxyReply(int Status, Stream Body, IReadOnlyList<KeyValuePair<string, string>> Head, IDisposable? Owner = null)
{
    public static ProxyReply Of(int status) => new(status, Stream.Null, []);

    public static ProxyReply Of(string text, string type) =>
        new(200, new MemoryStream(Encoding.UTF8.GetBytes(text)), [new("Content-Type", type)]);

    /// <summary>Without a length the end of the body has to be marked, or ffmpeg takes it for a break.</summary>
    public bool IsChunked => !Head.Any(pair => pair.Key == "Content-Length");
}

/// <summary>
/// An HTTP proxy on the loopback for one child: all HTTP of an ffmpeg comes here in absolute form, and what it gets is up to
/// the function it is made with. A secret in the proxy's user and password keeps other users of the machine out; the child
/// has it from its environment, which unlike its arguments they can't read. Nothing is tunnelled.
/// </summary>
/// <remarks>Owner: the upstream whose child it serves. Disposing it ends its connections and awaits them.</remarks>
internal sealed class ForwardProxy : IAsyncDisposable
{
    private const int LongestHead = 16 * 1024;
    private const int MostConnections = 32;
    private const int BlockSize = 64 * 1024;
    private const int ChunkHead = 8;
    private const string User = "child";
    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SourcePatience = TimeSpan.FromSeconds(20);

    private readonly Func<ProxyRequest, CancellationToken, Task<ProxyReply>> _answer;
    private readonly TimeProvider _time;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places = new(MostConnections, MostConnections);
    private readonly byte[] _authorization;
    private readonly Task _accepting;

    public ForwardProxy(Func<ProxyRequest, CancellationToken, Task<ProxyReply>> answer, TimeProvider time)
    {
        _answer = answer;
        _time = time;
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        _authorization = Encoding.ASCII.GetBytes("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{secret}")));
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(64);
        Address = $"http://{User}:{secret}@{_listener.LocalEndPoint}";
        _accepting = AcceptAsync();
    }

    /// <summary>The value of the child's variable http_proxy. A secret.</summary>
    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
        _places.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new HashSet<Task>();
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stop.Token).ConfigureAwait(false);
                var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                connections.RemoveWhere(connection => connection.IsCompleted);
                connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The child is gone.
        }

        await Task.WhenAll(connections).ConfigureAwait(false);
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = new NetworkStream(socket, ownsSocket: true);
        try
        {
            socket.NoDelay = true;
            using var limit = new CancellationTokenSource(HeadPatience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, limit.Token);
            if (await ReadHeadAsync(connection, either.Token).ConfigureAwait(false) is { } head)
                await SendAsync(connection, await AnswerAsync(head).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // One side left, was too slow, or the source sent what can't be read (a broken gzip body …): this connection ends,
            // the child asks again if it wants to, and none of it is the proxy's end.
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<ProxyReply> AnswerAsync(byte[] head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Header(lines, "Proxy-Authorization") ?? ""), _authorization))
            return ProxyReply.Of(407) with { Head = [new("Proxy-Authenticate", "Basic realm=\"child\"")] };
        if (lines[0].Split(' ') is not ["GET", var address, ['H', 'T', 'T', 'P', '/', ..]])
            return ProxyReply.Of(405);
        return address.StartsWith("http://", StringComparison.Ordinal)
            ? await _answer(new ProxyRequest(WithoutDefaultPort(address), Header(lines, "Range")), _stop.Token).ConfigureAwait(false)
            : ProxyReply.Of(400);
    }

    private async Task SendAsync(NetworkStream connection, ProxyReply reply)
    {
        using (reply.Owner)
        await using (reply.Body.ConfigureAwait(false))
        {
            var head = new StringBuilder($"HTTP/1.1 {reply.Status} -\r\nConnection: close\r\n{(reply.IsChunked ? "Transfer-Encoding: chunked\r\n" : "")}");
            foreach (var (name, value) in reply.Head)
                head.Append(name).Append(": ").Append(value).Append("\r\n");
            await connection.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), _stop.Token).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(ChunkHead + BlockSize + 2);
            try
            {
                // Room in front of the bytes for a chunk's length, and behind them for its end.
                while (await ReadAsync(reply.Body, buffer.AsMemory(ChunkHead, BlockSize)).ConfigureAwait(false) is > 0 and var read)
                    await connection.WriteAsync(reply.IsChunked ? Chunk(buffer, read) : buffer.AsMemory(ChunkHead, read), _stop.Token).ConfigureAwait(false);
                if (reply.IsChunked)
                    await connection.WriteAsync("0\r\n\r\n"u8.ToArray(), _stop.Token).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>The source may be silent only so long; the child may take its time, since the relay paces it.</summary>
    private async Task<int> ReadAsync(Stream body, Memory<byte> buffer)
    {
        using var limit = new CancellationTokenSource(SourcePatience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, limit.Token);
        return await body.ReadAsync(buffer, either.Token).ConfigureAwait(false);
    }

    private static ReadOnlyMemory<byte> Chunk(byte[] buffer, int length)
    {
        System.Text.Unicode.Utf8.TryWrite(buffer, CultureInfo.InvariantCulture, $"{length:X6}\r\n", out _);
        "\r\n"u8.CopyTo(buffer.AsSpan(ChunkHead + length));
        return buffer.AsMemory(0, ChunkHead + length + 2);
    }

    private static async Task<byte[]?> ReadHeadAsync(NetworkStream connection, CancellationToken token)
    {
        var buffer = new byte[LongestHead];
        for (var length = 0; length < buffer.Length;)
        {
            var read = await connection.ReadAsync(buffer.AsMemory(length), token).ConfigureAwait(false);
            if (read == 0)
                return null;
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return buffer[..end];
        }

        return null;
    }

    /// <summary>ffmpeg writes the port even where it is the usual one.</summary>
    private static string WithoutDefaultPort(string address)
    {
        var end = address.IndexOf('/', "http://".Length);
        return end > 0 && address.AsSpan(0, end).EndsWith(":80", StringComparison.Ordinal) ? address.Remove(end - 3, 3) : address;
    }

    private static string? Header(string[] lines, string name)
    {
        foreach (var line in lines.AsSpan(1))
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return line[(name.Length + 1)..].Trim();
        return null;
    }
}
