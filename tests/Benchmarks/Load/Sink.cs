using System.Net;
using System.Net.Sockets;
using System.Text;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Benchmarks.Load;

/// <summary>What a viewer does with what it gets: whole packets, and when they were read by <see cref="System.Diagnostics.Stopwatch"/>.</summary>
internal delegate void TakePackets(ReadOnlySpan<byte> packets, long read);

/// <summary>A viewer that always keeps up. A thread of its own reads and, unless told what to do with it, throws away.</summary>
/// <remarks>Owns the connection; disposing closes it and waits for the thread, hence never on that thread.</remarks>
internal sealed class Sink : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly TakePackets? _take;
    private readonly Thread _thread;
    private readonly byte[] _buffer;
    private long _received;
    private volatile bool _isClosing;
    private volatile string? _fault;

    public Sink(IPEndPoint server, string path, TakePackets? take = null)
    {
        _take = take;
        _buffer = new byte[256 * 1024];
        _socket.Connect(server);
        _socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server}\r\nUser-Agent: bench\r\n\r\n"));
        _thread = new Thread(Read, 256 * 1024) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Bytes so far, without the answer's head.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Why the stream ended before it was closed; null while all is well.</summary>
    public string? Fault => _fault;

    public void Dispose()
    {
        _isClosing = true;
        _socket.Close(0);
        _thread.Join();
    }

    private void Read()
    {
        try
        {
            var rest = ReadHead();
            if (rest < 0)
                return;
            if (_take is null)
                Discard();
            else
                Take(_take, rest);
            _fault = "the stream ended";
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            if (!_isClosing)
                _fault = e.Message;
        }
    }

    /// <summary>Leaves the body's first bytes at the buffer's start and says how many; below 0 where there is no stream.</summary>
    private int ReadHead()
    {
        for (var length = 0; length < _buffer.Length;)
        {
            var read = _socket.Receive(_buffer, length, _buffer.Length - length, SocketFlags.None);
            length += read;
            var end = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0 && _buffer.AsSpan(0, length).StartsWith("HTTP/1.1 200 "u8))
            {
                var rest = length - end - 4;
                _buffer.AsSpan(end + 4, rest).CopyTo(_buffer);
                Interlocked.Add(ref _received, rest);
                return rest;
            }

            if (end >= 0 || read == 0)
            {
                _fault = length == 0 ? "no answer" : Encoding.ASCII.GetString(_buffer, 0, Math.Min(length, 64)).ReplaceLineEndings(" ");
                return -1;
            }
        }

        _fault = "the answer's head has no end";
        return -1;
    }

    private void Discard()
    {
        int read;
        while ((read = _socket.Receive(_buffer)) > 0)
            Interlocked.Add(ref _received, read);
    }

    private void Take(TakePackets take, int length)
    {
        while (true)
        {
            var whole = length - (length % TsConstants.PacketSize);
            if (whole > 0)
                take(_buffer.AsSpan(0, whole), System.Diagnostics.Stopwatch.GetTimestamp());
            length -= whole;
            _buffer.AsSpan(whole, length).CopyTo(_buffer);
            var read = _socket.Receive(_buffer, length, _buffer.Length - length, SocketFlags.None);
            if (read == 0)
                return;
            Interlocked.Add(ref _received, read);
            length += read;
        }
    }
}
