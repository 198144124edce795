using System.Diagnostics;
using System.Net.Sockets;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Benchmarks.Load;

/// <summary>How a <see cref="LoadSource"/> writes.</summary>
/// <param name="BytesPerSecond">The most it delivers.</param>
/// <param name="WriteBytes">Of one write; its interval follows from it.</param>
/// <param name="IsStamped">Whether packets carry the moment of their writing.</param>
internal sealed record Pace(double BytesPerSecond, int WriteBytes, bool IsStamped = false)
{
    /// <summary>As fast as it goes up to 400 Mbit/s.</summary>
    public static Pace Bulk { get; } = new(50e6, 680 * TsConstants.PacketSize);

    /// <summary>The stream's own pace, a write every 10 ms.</summary>
    public static Pace Live(StreamLoop loop) =>
        new(loop.BytesPerSecond, (int)Math.Round(loop.BytesPerSecond / 100 / TsConstants.PacketSize) * TsConstants.PacketSize);

    /// <summary>The stream's own pace in writes of seven packets, as they come out of a datagram.</summary>
    public static Pace Datagrams(StreamLoop loop) => new(loop.BytesPerSecond, 7 * TsConstants.PacketSize);
}

/// <summary>Any number of channels over HTTP, all the same endless stream at a steady pace.</summary>
internal sealed class LoadSource : LoadServer
{
    /// <summary>How much a connection that was held up may catch up: more would be a burst beyond the pace.</summary>
    private static readonly TimeSpan MostBehind = TimeSpan.FromMilliseconds(100);

    private readonly StreamLoop _loop;
    private readonly Pace _pace;
    private int _phase;

    public LoadSource(StreamLoop loop, Pace pace)
    {
        (_loop, _pace) = (loop, pace);
        Start();
    }

    public override string Url(int channel) => $"http://{EndPoint}/{channel}";

    protected override void Answer(Socket socket)
    {
        if (new RequestHead(socket).Next() is null)
            return;
        socket.Send("HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n"u8);
        var cursor = new StreamCursor(_loop);
        // Channels don't show their key pictures at the same moment.
        cursor.SeekTo(Interlocked.Add(ref _phase, 7));
        var packets = new byte[_pace.WriteBytes];
        var interval = TimeSpan.FromSeconds(_pace.WriteBytes / _pace.BytesPerSecond);
        var started = Stopwatch.GetTimestamp();
        var due = TimeSpan.Zero;
        while (true)
        {
            cursor.Read(packets);
            var early = due - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
                Thread.Sleep((int)Math.Ceiling(early.TotalMilliseconds));
            else if (-early > MostBehind)
                due -= early + MostBehind;
            if (_pace.IsStamped)
                Stamp.Write(packets);
            for (var sent = 0; sent < packets.Length;)
                sent += socket.Send(packets, sent, packets.Length - sent, SocketFlags.None);
            due += interval;
        }
    }
}
