using System.Net.Sockets;
using PlexBridge.Formats.Rtp;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// A transport stream in datagrams, with or without RTP, from a multicast group or sent to this machine. Owns the socket;
/// one read takes whatever has come in the meantime.
/// </summary>
internal sealed class UdpUpstream : IUpstream
{
    private const int LongestDatagram = 65_536;

    /// <summary>How long packets wait behind a gap before it counts as a loss.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly UdpSocket _socket;
    private readonly TimeProvider _time;
    private readonly RtpWindow _window = new();
    private readonly byte[] _datagram = new byte[LongestDatagram];
    private ReadOnlyMemory<byte> _rest;
    private bool _isRtp;
    private bool _hasHeld;
    private long _heldSince;

    private UdpUpstream(UdpSocket socket, TimeProvider time)
    {
        _socket = socket;
        _time = time;
    }

    public string Kind => _isRtp ? "RTP" : "UDP";

    public bool ArrivesInBursts => false;

    public TimeSpan? StallLimit => null;

    public long Lost => _isRtp ? _window.Lost : _socket.Drops;

    /// <summary>Packets that came too late, twice, or out of order: for tests and logs.</summary>
    public RtpWindow Window => _window;

    public static bool IsDatagramScheme(string scheme) => scheme is "udp" or "rtp";

    /// <summary>Listens, and waits for the first datagram: its bytes say what the stream is.</summary>
    public static async Task<UdpUpstream> OpenAsync(StreamAddress stream, string defaultInterface, TimeSpan connect, TimeProvider time, CancellationToken token)
    {
        if (!UdpAddress.TryParse(stream.Url.Address, out var address, out var fault))
            throw new UpstreamException(UpstreamFault.Unsupported, $"{stream.Url} {fault}.");
        // Whoever may make us listen reaches into the household's network, whatever the address is.
        if (stream.Reach != OutboundReach.PrivateToo)
            throw new UpstreamException(UpstreamFault.Unreachable,
                $"{stream.Url} is received from the local network, which this source may not reach. If it is yours, allow it with: plexbridge sources set NAME --private true");

        var upstream = new UdpUpstream(Listen(stream, address, address.Interface ?? defaultInterface), time);
        try
        {
            await upstream.WaitForFirstAsync(stream, address, connect, token).ConfigureAwait(false);
            return upstream;
        }
        catch
        {
            await upstream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token) =>
        DrainNow(buffer.Span) is > 0 and var count ? new ValueTask<int>(count) : WaitAndDrainAsync(buffer, token);

    public bool TakeDiscontinuity() => false;

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static UdpSocket Listen(StreamAddress stream, UdpAddress address, string networkInterface)
    {
        var index = address.IsMulticast ? MulticastInterface.IndexOf(networkInterface, address.Address.AddressFamily == AddressFamily.InterNetworkV6) : 0;
        try
        {
            return UdpSocket.Open(address, index);
        }
        catch (SocketException exception)
        {
            var remedy = exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program listens on that port",
                SocketError.AddressNotAvailable when !address.IsMulticast => "this machine has no such address; to listen on all of them leave it out, as in udp://:1234",
                SocketError.NetworkUnreachable or SocketError.AddressNotAvailable =>
                    "no network interface leads there; choose one with: plexbridge settings set network.multicast NAME",
                _ => exception.SocketErrorCode.ToString(),
            };
            throw new UpstreamException(UpstreamFault.Unreachable, $"{stream.Url} can't be listened to: {remedy}.", exception);
        }
    }

    private async Task WaitForFirstAsync(StreamAddress stream, UdpAddress address, TimeSpan connect, CancellationToken token)
    {
        using var limit = new CancellationTokenSource(connect, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            while (_rest.IsEmpty && _window.HeldCount == 0)
                Take(await _socket.ReceiveAsync(_datagram, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !token.IsCancellationRequested)
        {
            var remedy = address.IsMulticast
                ? "Is the group sent, and does the setting network.multicast name the right interface?"
                : "Is it sent to this machine, and does the firewall let it through?";
            throw new UpstreamException(UpstreamFault.Stalled, $"{stream.Url}: no datagram came within {connect.TotalSeconds:0.#} s. {remedy}");
        }
    }

    private async ValueTask<int> WaitAndDrainAsync(Memory<byte> buffer, CancellationToken token)
    {
        while (true)
        {
            try
            {
                Take(await _socket.ReceiveAsync(_datagram, token).ConfigureAwait(false));
            }
            catch (SocketException exception)
            {
                throw Broken(exception);
            }

            if (DrainNow(buffer.Span) is > 0 and var count)
                return count;
        }
    }

    private int DrainNow(Span<byte> buffer)
    {
        try
        {
            return Drain(buffer);
        }
        catch (SocketException exception)
        {
            throw Broken(exception);
        }
    }

    private static UpstreamException Broken(SocketException exception) =>
        new(UpstreamFault.Ended, $"The network no longer delivers ({exception.SocketErrorCode}).", exception);

    /// <summary>Copies out all that is there, as far as it fits.</summary>
    private int Drain(Span<byte> buffer)
    {
        var count = 0;
        while (true)
        {
            var length = Math.Min(_rest.Length, buffer.Length - count);
            _rest.Span[..length].CopyTo(buffer[count..]);
            _rest = _rest[length..];
            count += length;
            if (count == buffer.Length)
                return count;
            if (_isRtp && TryTakeHeld())
                continue;
            if (_socket.Receive(_datagram) is var received && received == 0)
                return count;
            Take(received);
        }
    }

    private bool TryTakeHeld()
    {
        if (_window.TryTake(out _rest))
            return true;
        if (_window.HeldCount == 0)
        {
            _hasHeld = false;
            return false;
        }

        if (!_hasHeld)
        {
            _hasHeld = true;
            _heldSince = _time.GetTimestamp();
        }

        if (_time.GetElapsedTime(_heldSince) < Patience)
            return false;
        _hasHeld = false;
        _window.GiveUp();
        return _window.TryTake(out _rest);
    }

    /// <summary>Takes in the datagram that was received last; nothing may be left of the one before.</summary>
    private void Take(int length)
    {
        var datagram = _datagram.AsMemory(0, length);
        switch (Datagram.Classify(datagram.Span, out var packet))
        {
            case DatagramKind.Rtp:
                _isRtp = true;
                var payload = datagram.Slice(packet.PayloadStart, packet.PayloadLength);
                if (_window.Place(packet, payload.Span) == RtpOrder.Next)
                    _rest = payload;
                break;
            case DatagramKind.Plain:
                _rest = datagram;
                break;
            case DatagramKind.Other when !_isRtp:
                // A stream that is cut without regard to packets: the framer finds them.
                _rest = datagram;
                break;
        }
    }
}
