using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks;

/// <summary>
/// From exec to the first answered /discover.json, with an existing data folder. Asked on a known port over a raw
/// socket as soon as it listens, so that neither the ready line nor an HTTP client's own start is in the figure.
/// </summary>
internal static class StartFigure
{
    private const int Runs = 20;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        using var data = new TempFolder();
        await using (await Appliance.ServeAsync(data.Path))
        {
            // Makes the data folder.
        }
        var port = Ports.Free();
        await OnceAsync(data.Path, port); // Warms the page cache and this programme's own code.
        var times = new List<double>();
        for (var run = 0; run < Runs; run++)
            times.Add((await OnceAsync(data.Path, port)).TotalMilliseconds);
        times.Sort();
        var median = (times[Runs / 2 - 1] + times[Runs / 2]) / 2;
        return
        [
            new Figure(
                "exec to first /discover.json",
                median,
                100,
                "ms",
                Note: string.Create(CultureInfo.InvariantCulture, $"median of {Runs}; {times[0]:0} to {times[^1]:0} ms")),
        ];
    }

    private static async Task<TimeSpan> OnceAsync(string data, int port)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Programs.Start(
            TestPaths.Binary, ["serve", "--data", data, "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")]);
        try
        {
            while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10))
            {
                if (await AnswersAsync(port))
                    return Stopwatch.GetElapsedTime(started);
                if (process.HasExited)
                    throw new InvalidOperationException("serve ended: " + await process.StandardError.ReadToEndAsync());
                await Task.Delay(1);
            }
            throw new TimeoutException("no answer within 10 s");
        }
        finally
        {
            await Verbs.TerminateAsync(process);
        }
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /discover.json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"));
            var reply = new byte[64];
            var read = await socket.ReceiveAsync(reply);
            return reply.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
