using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PlexBridge.Tests.Upstream;

/// <summary>Sends a transport stream in datagrams over loopback, as it is or in RTP. Owns its socket.</summary>
internal sealed class DatagramSender : IDisposable
{
    /// <summary>Seven packets to a datagram, as everybody sends them.</summary>
    public const int PayloadLength = 7 * 188;

    private readonly Socket _socket;
    private readonly IPEndPoint _to;

    public DatagramSender(string address, int port, string from = "127.0.0.1", int interfaceIndex = 0)
    {
        _to = new IPEndPoint(IPAddress.Parse(address), port);
        _socket = new Socket(_to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        if (_to.AddressFamily == AddressFamily.InterNetworkV6)
            _socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, interfaceIndex);
        else
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
    }

    /// <summary>A UDP port that nobody has at the moment.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public void Send(ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, _to);

    /// <summary>A payload in RTP.</summary>
    public void SendRtp(int sequence, ReadOnlySpan<byte> payload, uint source = 7, int payloadType = 33)
    {
        var datagram = new byte[12 + payload.Length];
        datagram[0] = 0x80;
        datagram[1] = (byte)payloadType;
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)sequence);
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(8), source);
        payload.CopyTo(datagram.AsSpan(12));
        Send(datagram);
    }

    public void Dispose() => _socket.Dispose();
}
