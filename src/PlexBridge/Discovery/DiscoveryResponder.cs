using System.Net;
using System.Net.Sockets;
using PlexBridge.Formats.HdHomeRun;
using PlexBridge.Settings;

namespace PlexBridge.Discovery;

/// <summary>
/// Lets clients find the tuner by themselves: answers HDHomeRun discovery on UDP 65001. Owns its socket; one loop.
/// Without the port the appliance works on, with a warning, and tries again from time to time.
/// </summary>
/// <remarks>IPv4 only: the tuner listens on IPv4 unless told otherwise, and an answer must name an address that works.</remarks>
internal sealed partial class DiscoveryResponder(
    DiscoveryAnswer answer, SettingsHolder settings, TimeProvider time, ILogger<DiscoveryResponder> logger, int port = DiscoveryResponder.StandardPort)
    : BackgroundService
{
    public const int StandardPort = 65001;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SettingInterval = TimeSpan.FromSeconds(2);

    private volatile string? _warning;
    private volatile IPEndPoint? _listening;

    /// <summary>Why clients can't find the tuner and what to do, for the page and the check; null while they can.</summary>
    public string? Warning => _warning;

    /// <summary>Where it listens; null while it does not.</summary>
    public IPEndPoint? Listening => _listening;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = SettingInterval;
            if (!settings.Current.Get(SettingsCatalog.NetworkDiscovery))
                _warning = null;
            else if (!await ListenAsync(stoppingToken))
                pause = RetryInterval;
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Answers until stopped or switched off; false when the port can't be had.</summary>
    private async Task<bool> ListenAsync(CancellationToken stoppingToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        if (!TryBind(socket))
            return false;

        using var listening = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        void StopWhenSwitchedOff(SettingsSnapshot current)
        {
            if (!current.Get(SettingsCatalog.NetworkDiscovery))
                listening.Cancel();
        }
        settings.Changed += StopWhenSwitchedOff;
        try
        {
            await AnswerAllAsync(socket, listening.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped or switched off: the way this loop ends.
        }
        finally
        {
            settings.Changed -= StopWhenSwitchedOff;
            _listening = null;
        }
        return true;
    }

    private bool TryBind(Socket socket)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            // The wildcard: a socket bound to an interface's address gets no broadcast.
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
        }
        catch (SocketException fault)
        {
            if (_warning is null)
                LogTaken(logger, port, fault.SocketErrorCode);
            _warning = $"Clients can't find the tuner by themselves: UDP port {port} can't be opened ({fault.SocketErrorCode}). " +
                "Stop the other program that uses it, or add the tuner in the client by its address.";
            return false;
        }
        _warning = null;
        _listening = (IPEndPoint)socket.LocalEndPoint!;
        LogListening(logger, _listening.Port);
        return true;
    }

    private async Task AnswerAllAsync(Socket socket, CancellationToken cancellationToken)
    {
        var addresses = new LocalAddresses(time);
        // One byte more than a frame may have, so that a datagram that is too large is seen as such.
        var request = new byte[DiscoveryPacket.MaxLength + 1];
        var reply = new byte[DiscoveryPacket.MaxLength];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            try
            {
                var received = await socket.ReceiveMessageFromAsync(request, SocketFlags.None, anyone, cancellationToken);
                var sender = (IPEndPoint)received.RemoteEndPoint;
                if (addresses.Find(received.PacketInformation, sender.Address) is not { } local)
                    continue;
                var length = answer.Write(request.AsSpan(0, received.ReceivedBytes), sender.Address, local, reply);
                if (length > 0)
                    await SendAsync(socket, reply.AsMemory(0, length), local, sender, cancellationToken);
            }
            catch (SocketException fault)
            {
                // One sender's trouble (unreachable, refused by a firewall) is no reason to be deaf to the others.
                LogFault(logger, fault.SocketErrorCode);
            }
        }
    }

    // From the address that was asked, and from the port that was asked where the routes choose that address by
    // themselves: firewalls let through what looks like an answer.
    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> reply, IPAddress local, IPEndPoint sender, CancellationToken cancellationToken)
    {
        using var route = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await route.ConnectAsync(sender, cancellationToken);
        if (local.Equals((route.LocalEndPoint as IPEndPoint)?.Address))
        {
            await socket.SendToAsync(reply, SocketFlags.None, sender, cancellationToken);
            return;
        }
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        bound.Bind(new IPEndPoint(local, 0));
        await bound.SendToAsync(reply, SocketFlags.None, sender, cancellationToken);
    }
}
