using System.Net.Sockets;
using System.Text;

namespace PlexBridge.Benchmarks.Load;

/// <summary>The path of the next request on a connection, read as cheaply as a source of load should.</summary>
internal sealed class RequestHead(Socket socket)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _length;

    /// <summary>Blocks until a request is there; null when the other side closed.</summary>
    public string? Next()
    {
        while (true)
        {
            var end = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var path = Encoding.ASCII.GetString(_buffer, 0, end).Split(' ', 3)[1];
                _length -= end + 4;
                _buffer.AsSpan(end + 4, _length).CopyTo(_buffer);
                return path;
            }

            if (_length == _buffer.Length)
                throw new IOException("a request's head is too long");
            var read = socket.Receive(_buffer, _length, _buffer.Length - _length, SocketFlags.None);
            if (read == 0)
                return null;
            _length += read;
        }
    }
}
