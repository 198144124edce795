using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>A viewer on a bare socket, which sees each byte as it was sent and how the connection ends. Disposing it hangs up.</summary>
internal sealed class RawViewer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _limit = new(Patience);
    private byte[] _behindHead = [];

    private RawViewer()
    {
    }

    /// <summary>Sends a request, and reads nothing yet.</summary>
    /// <param name="appliance">Where.</param>
    /// <param name="request">The request line, as in "GET /auto/v1".</param>
    /// <param name="receiveBuffer">Bytes the kernel takes in for a viewer that doesn't read; null for as many as it likes.</param>
    /// <param name="headers">Lines beside Host.</param>
    public static async Task<RawViewer> AskAsync(Uri appliance, string request, int? receiveBuffer = null, params string[] headers)
    {
        var viewer = new RawViewer();
        if (receiveBuffer is { } bytes)
            viewer._socket.ReceiveBufferSize = bytes;
        await viewer._socket.ConnectAsync(IPAddress.Loopback, appliance.Port, viewer._limit.Token);
        var head = string.Join("\r\n", [$"{request} HTTP/1.1", $"Host: {appliance.Authority}", .. headers, "", ""]);
        await viewer._socket.SendAsync(Encoding.ASCII.GetBytes(head), viewer._limit.Token);
        return viewer;
    }

    /// <summary>The lines of the reply's head, the status line first.</summary>
    public async Task<string[]> ReadHeadAsync()
    {
        var buffer = new byte[64 * 1024];
        for (var length = 0; ;)
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory(length), _limit.Token);
            Assert.True(read > 0, $"the connection ended within the head: {Encoding.ASCII.GetString(buffer, 0, length)}");
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end < 0)
                continue;
            _behindHead = buffer[(end + 4)..length];
            return Encoding.ASCII.GetString(buffer, 0, end).Split("\r\n");
        }
    }

    /// <summary>Some bytes of the body; 0 after a FIN.</summary>
    /// <exception cref="SocketException">The connection was reset.</exception>
    public async Task<int> ReadAsync(Memory<byte> buffer)
    {
        if (_behindHead.Length == 0)
            return await _socket.ReceiveAsync(buffer, _limit.Token);
        var length = Math.Min(_behindHead.Length, buffer.Length);
        _behindHead.AsMemory(0, length).CopyTo(buffer);
        _behindHead = _behindHead[length..];
        return length;
    }

    /// <summary>The body up to a number of bytes, or up to the FIN.</summary>
    public async Task<byte[]> ReadBodyAsync(int mostBytes = int.MaxValue)
    {
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (body.Length < mostBytes && await ReadAsync(buffer) is > 0 and var read)
            await body.WriteAsync(buffer.AsMemory(0, read));
        return body.ToArray();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _limit.Dispose();
    }
}
