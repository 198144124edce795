using System.Net;
using System.Net.Sockets;
using System.Text;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>A viewer that writes down every byte it gets and checks them as they come. Disposing it hangs up.</summary>
internal sealed class Recording : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly FileStream _file;
    private Task _reading = Task.CompletedTask;

    private Recording(string file) => _file = File.Create(file);

    public TsChecker Checker { get; } = new(TsCheckOptions.Relay);

    public string Path => _file.Name;

    /// <summary>The appliance has closed the connection.</summary>
    public bool HasEnded => _reading.IsCompleted;

    public static async Task<Recording> StartAsync(Uri appliance, string path, string file)
    {
        var recording = new Recording(file);
        await recording._socket.ConnectAsync(IPAddress.Loopback, appliance.Port);
        await recording._socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {appliance.Authority}\r\n\r\n"));
        recording._reading = recording.ReadAsync();
        return recording;
    }

    /// <summary>Hangs up and closes the file; what was recorded can be looked at from then on.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        await _file.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        var head = new List<byte>();
        var isBody = false;
        try
        {
            while (await _socket.ReceiveAsync(buffer, _stop.Token) is > 0 and var read)
            {
                var bytes = buffer.AsMemory(0, read);
                if (!isBody)
                {
                    head.AddRange(bytes.Span);
                    var end = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(head).IndexOf("\r\n\r\n"u8);
                    if (end < 0)
                        continue;
                    isBody = true;
                    bytes = head.Skip(end + 4).ToArray();
                }

                Checker.Arrival = TimeProvider.System.GetElapsedTime(_started);
                Checker.Feed(bytes.Span);
                await _file.WriteAsync(bytes, _stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Hung up, by one side or the other.
        }
    }
}
