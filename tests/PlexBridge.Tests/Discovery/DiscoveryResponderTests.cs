using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PlexBridge.Discovery;
using PlexBridge.Formats.HdHomeRun;
using PlexBridge.Settings;
using PlexBridge.Tests.Accounts;
using PlexBridge.Tuner;

namespace PlexBridge.Tests.Discovery;

public sealed class DiscoveryResponderTests : IAsyncDisposable
{
    private static readonly byte[] Wildcard = Convert.FromHexString("0002000c0104ffffffff0204ffffffff73cc7d8f");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SettingsHolder _settings = TestSettings.Holder();
    private readonly DeviceIdentity _identity = new(DeviceId.From(0x1053C0CA), new string('B', 24), Guid.Empty);
    private readonly int _port = FreePort();
    private DiscoveryResponder? _responder;

    public async ValueTask DisposeAsync()
    {
        if (_responder is not null)
            await _responder.StopAsync(CancellationToken.None);
        _responder?.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")] // another of the machine's addresses than routes would choose by themselves
    public async Task A_client_is_told_the_address_it_asked_and_answered_from_there(string address)
    {
        await StartAsync();
        using var client = new UdpClient(new IPEndPoint(IPAddress.Any, 0));

        await client.SendAsync(Wildcard, new IPEndPoint(IPAddress.Parse(address), _port));
        var reply = await client.ReceiveAsync().WaitAsync(Patience);

        Assert.Equal(IPAddress.Parse(address), reply.RemoteEndPoint.Address);
        Assert.Contains($"http://{address}:5004", Encoding.ASCII.GetString(reply.Buffer), StringComparison.Ordinal);
        Assert.Contains($"http://{address}:5004/lineup.json", Encoding.ASCII.GetString(reply.Buffer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Malformed_datagrams_leave_it_answering()
    {
        await StartAsync();
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var responder = new IPEndPoint(IPAddress.Loopback, _port);
        var random = new Random(3);
        for (var round = 0; round < 10; round++)
        {
            // Few enough at a time that the kernel's buffer drops none.
            for (var count = 0; count < 20; count++)
            {
                var datagram = new byte[random.Next(3000)];
                random.NextBytes(datagram);
                await client.SendAsync(datagram, responder);
            }
            await client.SendAsync(Wildcard, responder);

            var reply = await client.ReceiveAsync().WaitAsync(Patience);
            Assert.Equal(3, reply.Buffer[1]);
        }
        Assert.Equal(0, client.Available);
    }

    [Fact]
    public async Task A_taken_port_is_a_warning_and_no_fault()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Any, _port));

        var responder = await StartAsync();

        Assert.NotNull(responder.Warning);
        Assert.Contains(_port.ToString(System.Globalization.CultureInfo.InvariantCulture), responder.Warning, StringComparison.Ordinal);
        Assert.Null(responder.Listening);
        Assert.False(responder.ExecuteTask!.IsCompleted);
    }

    [Fact]
    public async Task Switched_off_it_gives_the_port_back()
    {
        var responder = await StartAsync();
        Assert.NotNull(responder.Listening);

        _settings.Replace(TestSettings.Snapshot((SettingsCatalog.NetworkDiscovery, "off")));

        await UntilAsync(CanBind);
        Assert.Null(responder.Listening);
        Assert.Null(responder.Warning);
    }

    private bool CanBind()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            other.Bind(new IPEndPoint(IPAddress.Any, _port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<DiscoveryResponder> StartAsync()
    {
        var answer = new DiscoveryAnswer(_identity, _settings, TimeProvider.System, () => new IPEndPoint(IPAddress.Any, 5004));
        _responder = new DiscoveryResponder(answer, _settings, TimeProvider.System, NullLogger<DiscoveryResponder>.Instance, _port);
        await _responder.StartAsync(CancellationToken.None);
        await UntilAsync(() => _responder.Listening is not null || _responder.Warning is not null);
        return _responder;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!isSo() && TimeProvider.System.GetElapsedTime(started) < Patience)
            await Task.Yield();
        Assert.True(isSo());
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
