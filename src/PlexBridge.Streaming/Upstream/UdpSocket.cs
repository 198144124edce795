using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// A socket that receives one stream's datagrams: bound, joined and deep enough. Owner: the upstream; letting it go
/// leaves the group.
/// </summary>
internal sealed class UdpSocket : IDisposable
{
    /// <summary>What the kernel is asked to keep for us: two seconds of 16 Mbit/s.</summary>
    private const int ReceiveBuffer = 4 * 1024 * 1024;

    /// <summary>Datagrams of others to look at before it is time to wait again.</summary>
    private const int MostForeign = 1000;

    // Linux's numbers; .NET has no names for them.
    private const int SolSocket = 1;
    private const int ReceiveBufferForce = 33;
    private const int MemoryCounters = 55;
    private const int DropsCounter = 8;
    private const int IPv4Level = 0;
    private const int IPv6Level = 41;
    private const int IPv4MulticastAll = 49;
    private const int IPv6MulticastAll = 29;
    private const int JoinSourceGroup = 46;

    private readonly Socket _socket;
    private readonly SocketAddress? _sender;
    private readonly byte[] _source;

    private UdpSocket(Socket socket, IPAddress? source)
    {
        _socket = socket;
        _source = source?.GetAddressBytes() ?? [];
        _sender = source is null ? null : new SocketAddress(socket.AddressFamily);
    }

    /// <summary>Datagrams that the kernel had to drop because we read too slowly.</summary>
    public long Drops
    {
        get
        {
            Span<byte> counters = stackalloc byte[16 * sizeof(uint)];
            try
            {
                var length = _socket.GetRawSocketOption(SolSocket, MemoryCounters, counters);
                return length >= (DropsCounter + 1) * sizeof(uint) ? BitConverter.ToUInt32(counters[(DropsCounter * sizeof(uint))..]) : 0;
            }
            catch (SocketException)
            {
                // A kernel that doesn't count.
                return 0;
            }
        }
    }

    /// <summary>Binds, joins the group where it is one.</summary>
    /// <exception cref="SocketException">The kernel says no.</exception>
    public static UdpSocket Open(UdpAddress address, int interfaceIndex)
    {
        var socket = new Socket(address.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            AskForBuffer(socket);
            // Several programs may listen to one group; a port of our own must not be taken from another program.
            if (address.IsMulticast)
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            // Bound to the group itself, so that other groups on the same port don't mix in.
            socket.Bind(new IPEndPoint(WithScope(address.Address, interfaceIndex), address.Port));
            if (address.IsMulticast)
                Join(socket, address, interfaceIndex);
            return new UdpSocket(socket, address.Source);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a datagram; 0 for an empty one or one of a foreign sender.</summary>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken token)
    {
        if (_sender is null)
            return await _socket.ReceiveAsync(buffer, SocketFlags.None, token).ConfigureAwait(false);
        var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, _sender, token).ConfigureAwait(false);
        return IsOurs(_sender) ? length : 0;
    }

    /// <summary>A datagram that is there already; 0 where there is none.</summary>
    public int Receive(Span<byte> buffer)
    {
        if (_sender is not null)
            return ReceiveFromSource(buffer, _sender);
        var length = _socket.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => length,
            SocketError.WouldBlock => 0,
            _ => throw new SocketException((int)error),
        };
    }

    public void Dispose() => _socket.Dispose();

    private int ReceiveFromSource(Span<byte> buffer, SocketAddress sender)
    {
        // Asked first: the call below has no way to say "nothing there" but an exception.
        for (var foreign = 0; foreign < MostForeign && _socket.Available > 0; foreign++)
        {
            var length = _socket.ReceiveFrom(buffer, SocketFlags.None, sender);
            if (IsOurs(sender))
                return length;
        }

        return 0;
    }

    private bool IsOurs(SocketAddress sender)
    {
        // sockaddr_in: family, port, address; sockaddr_in6: family, port, flow, address.
        var start = _source.Length == 4 ? 4 : 8;
        return sender.Size >= start + _source.Length && sender.Buffer.Span.Slice(start, _source.Length).SequenceEqual(_source);
    }

    private static void AskForBuffer(Socket socket)
    {
        socket.ReceiveBufferSize = ReceiveBuffer;
        try
        {
            // Beyond the system's limit, where we are allowed to.
            socket.SetRawSocketOption(SolSocket, ReceiveBufferForce, BitConverter.GetBytes(ReceiveBuffer));
        }
        catch (SocketException)
        {
            // What the kernel gave by the ordinary way has to do.
        }
    }

    private static void Join(Socket socket, UdpAddress address, int interfaceIndex)
    {
        var isIPv6 = address.Address.AddressFamily == AddressFamily.InterNetworkV6;
        // Only what this socket joined, not what any program on this machine did.
        socket.SetRawSocketOption(isIPv6 ? IPv6Level : IPv4Level, isIPv6 ? IPv6MulticastAll : IPv4MulticastAll, BitConverter.GetBytes(0));
        if (address.Source is { } source)
            socket.SetRawSocketOption(isIPv6 ? IPv6Level : IPv4Level, JoinSourceGroup, SourceRequest(address.Address, source, interfaceIndex));
        else if (isIPv6)
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(address.Address, interfaceIndex));
        else if (interfaceIndex > 0)
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(address.Address, interfaceIndex));
        else
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(address.Address));
    }

    /// <summary>struct group_source_req of RFC 3678: the interface, and group and source as sockaddr_storage, aligned to a pointer.</summary>
    private static byte[] SourceRequest(IPAddress group, IPAddress source, int interfaceIndex)
    {
        const int Storage = 128;
        var request = new byte[IntPtr.Size + (2 * Storage)];
        BinaryPrimitives.WriteInt32LittleEndian(request, interfaceIndex);
        Serialize(group).CopyTo(request.AsSpan(IntPtr.Size));
        Serialize(source).CopyTo(request.AsSpan(IntPtr.Size + Storage));
        return request;

        static Span<byte> Serialize(IPAddress address)
        {
            var written = new IPEndPoint(address, 0).Serialize();
            return written.Buffer.Span[..written.Size];
        }
    }

    private static IPAddress WithScope(IPAddress address, int interfaceIndex) =>
        address.IsIPv6Multicast && interfaceIndex > 0 ? new IPAddress(address.GetAddressBytes(), interfaceIndex) : address;
}
