using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PlexBridge.Testing;

/// <summary>
/// The connection's answering side, as raw as a faulty source needs it: a head, bytes, a stop in the middle, a reset.
/// Owned by the <see cref="FakeSource"/>; used by one reply at a time.
/// </summary>
public sealed class FakeReply
{
    private readonly Socket _socket;

    internal FakeReply(Socket socket) => _socket = socket;

    /// <summary>Body bytes that the socket took so far.</summary>
    public long BytesSent { get; private set; }

    /// <summary>The other side has closed the connection, whether or not anybody has read so far.</summary>
    public bool HasPeerLeft
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    internal bool IsReset { get; private set; }

    /// <summary>Writes a status line and headers. The connection closes after the body, whatever its length.</summary>
    public async Task HeadAsync(int status, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {Reason(status)}\r\nConnection: close\r\n");
        foreach (var (name, value) in headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        head.Append("\r\n");
        await SendAllAsync(Encoding.Latin1.GetBytes(head.ToString()), cancellationToken);
    }

    /// <summary>Writes body bytes.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await SendAllAsync(bytes, cancellationToken);
        BytesSent += bytes.Length;
    }

    /// <summary>Says nothing more until the other side leaves.</summary>
    public static Task StallAsync(CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    /// <summary>Ends the connection with RST instead of FIN.</summary>
    public void Reset()
    {
        IsReset = true;
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }

    private async Task SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
    }

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    };
}
