using System.Net;
using System.Net.Sockets;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Streaming.Pacing;

namespace PlexBridge.Tests.Outbound;

public sealed class PolledStreamTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SharedTick _tick = new(TimeProvider.System, TimeSpan.FromMilliseconds(5));
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _address;

    public PolledStreamTests()
    {
        _listener.Start();
        _address = (IPEndPoint)_listener.LocalEndpoint;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _tick.Dispose();
    }

    [Fact]
    public async Task Bytes_come_and_go_and_the_end_is_told()
    {
        await using var stream = await ConnectAsync();
        using var peer = await _listener.AcceptSocketAsync();
        var reading = stream.ReadAsync(new byte[10]).AsTask();
        Assert.False(reading.IsCompleted);

        await peer.SendAsync("abc"u8.ToArray());
        Assert.Equal(3, await reading.WaitAsync(Patience));
        var large = new byte[4 << 20];
        var writing = stream.WriteAsync(large).AsTask();
        for (var left = large.Length; left > 0;)
            left -= await peer.ReceiveAsync(large);
        await writing.WaitAsync(Patience);
        peer.Shutdown(SocketShutdown.Both);

        Assert.Equal(0, await stream.ReadAsync(new byte[10]).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task An_empty_read_waits_for_bytes()
    {
        await using var stream = await ConnectAsync();
        using var peer = await _listener.AcceptSocketAsync();
        var waiting = stream.ReadAsync(Memory<byte>.Empty).AsTask();
        Assert.False(waiting.IsCompleted);

        await peer.SendAsync(new byte[1]);

        Assert.Equal(0, await waiting.WaitAsync(Patience));
        Assert.Equal(1, await stream.ReadAsync(new byte[10]));
    }

    [Fact]
    public async Task A_read_ends_when_it_is_cancelled_and_when_the_stream_is_disposed()
    {
        var stream = await ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var cancelled = stream.ReadAsync(new byte[10], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Patience));

        var disposed = stream.ReadAsync(new byte[10]).AsTask();
        await stream.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => disposed.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_reset_is_an_io_fault()
    {
        await using var stream = await ConnectAsync();
        var peer = await _listener.AcceptSocketAsync();
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();

        var fault = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[10]).AsTask().WaitAsync(Patience));

        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(fault.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task Nobody_at_the_port_is_a_refused_connection()
    {
        _listener.Stop();

        var fault = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync().WaitAsync(Patience));

        Assert.Equal(SocketError.ConnectionRefused, fault.SocketErrorCode);
    }

    private Task<Stream> ConnectAsync() => PolledStream.ConnectAsync(
        new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), _address, _tick, default);
}
