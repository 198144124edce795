using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PlexBridge.Benchmarks.Load;

/// <summary>How an <see cref="HlsLoad"/> behaves.</summary>
/// <param name="Answer">How long every answer takes to begin.</param>
/// <param name="HasMaster">Whether a master playlist comes first.</param>
internal sealed record HlsShape(TimeSpan Answer, bool HasMaster);

/// <summary>
/// Any number of live HLS channels with TS segments from memory, on connections that stay open. All show the same stream;
/// its windows move with the clock.
/// </summary>
internal sealed class HlsLoad : LoadServer
{
    private const int SegmentSeconds = 2;
    private const int WindowLength = 5;

    private readonly StreamLoop _loop;
    private readonly HlsShape _shape;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _answering;

    public HlsLoad(StreamLoop loop, HlsShape shape)
    {
        (_loop, _shape) = (loop, shape);
        Start();
    }

    /// <summary>How long all answers so far have taken to begin, one after the other.</summary>
    public TimeSpan Answering => new(Interlocked.Read(ref _answering));

    public override string Url(int channel) => $"http://{EndPoint}/{channel}/{(_shape.HasMaster ? "master" : "media")}.m3u8";

    protected override void Answer(Socket socket)
    {
        var requests = new RequestHead(socket);
        while (requests.Next() is { } path)
        {
            var asked = Stopwatch.GetTimestamp();
            if (_shape.Answer > TimeSpan.Zero)
                Thread.Sleep(_shape.Answer);
            Interlocked.Add(ref _answering, Stopwatch.GetElapsedTime(asked).Ticks);
            var name = path[(path.LastIndexOf('/') + 1)..];
            if (name == "master.m3u8")
                Send(socket, "application/vnd.apple.mpegurl", Encoding.ASCII.GetBytes("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=8000000\nmedia.m3u8\n"));
            else if (name == "media.m3u8")
                Send(socket, "application/vnd.apple.mpegurl", Encoding.ASCII.GetBytes(Playlist()));
            else
                Send(socket, "video/mp2t", Segment(long.Parse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture)));
        }
    }

    private static void Send(Socket socket, string type, ReadOnlySpan<byte> body)
    {
        socket.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"));
        while (!body.IsEmpty)
            body = body[socket.Send(body)..];
    }

    private string Playlist()
    {
        var first = (long)(Stopwatch.GetElapsedTime(_started).TotalSeconds / SegmentSeconds);
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:3\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{SegmentSeconds}\n#EXT-X-MEDIA-SEQUENCE:{first}\n");
        for (var number = first; number < first + WindowLength; number++)
            text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{SegmentSeconds:0.000},\n{number}.ts\n");
        return text.ToString();
    }

    private byte[] Segment(long number)
    {
        var second = number * SegmentSeconds;
        var inLap = (int)(second % (long)StreamLoop.LapTime.TotalSeconds);
        var segment = new byte[_loop.OffsetOf(inLap + SegmentSeconds) - _loop.OffsetOf(inLap)];
        var cursor = new StreamCursor(_loop);
        cursor.SeekTo(second);
        cursor.Read(segment);
        return segment;
    }
}
