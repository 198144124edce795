using System.Text;

namespace PlexBridge.Testing;

/// <summary>Ready-made answers of a <see cref="FakeSource"/>, good and bad ones.</summary>
public static class Answers
{
    /// <summary>A body of known length.</summary>
    public static FakeAnswer Bytes(byte[] body, string type, int status = 200, params (string Name, string Value)[] headers) =>
        async (request, reply, cancellationToken) =>
        {
            await reply.HeadAsync(
                status,
                [("Content-Type", type), ("Content-Length", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)), .. headers],
                cancellationToken);
            if (request.Method != "HEAD")
                await reply.WriteAsync(body, cancellationToken);
        };

    public static FakeAnswer Text(string body, string type = "text/plain", int status = 200, params (string Name, string Value)[] headers) =>
        Bytes(Encoding.UTF8.GetBytes(body), type, status, headers);

    /// <summary>What a source with a login page sends instead of what was asked for.</summary>
    public static FakeAnswer Html() => Text("<!DOCTYPE html><html><body>Please sign in</body></html>", "text/html; charset=utf-8");

    /// <summary>The files of a folder as they are at the time of asking.</summary>
    public static FakeAnswer Folder(string folder) =>
        async (request, reply, cancellationToken) =>
        {
            var file = Path.Combine(folder, Path.GetFileName(request.Path));
            var type = Path.GetExtension(file) == ".m3u8" ? "application/vnd.apple.mpegurl" : "video/mp2t";
            var answer = File.Exists(file) ? Bytes(await File.ReadAllBytesAsync(file, cancellationToken), type) : Status(404);
            await answer(request, reply, cancellationToken);
        };

    public static FakeAnswer Status(int status) => Text("", status: status);

    /// <summary>A redirect; pointing a path at itself makes a loop.</summary>
    public static FakeAnswer Redirect(string to, int status = 302, params (string Name, string Value)[] headers) =>
        Text("", status: status, headers: [("Location", to), .. headers]);

    /// <summary>Endless MPEG-TS without a length, at a pace. Each connection enumerates the packets anew.</summary>
    /// <param name="packets">Whole packets; the stream ends with FIN when the sequence does.</param>
    /// <param name="bytesPerSecond">The pace; 0 is as fast as the socket takes them.</param>
    /// <param name="clock">The clock of the pace.</param>
    public static FakeAnswer LiveTs(IEnumerable<ReadOnlyMemory<byte>> packets, long bytesPerSecond = 0, TimeProvider? clock = null) =>
        async (_, reply, cancellationToken) =>
        {
            await reply.HeadAsync(200, [("Content-Type", "video/mp2t")], cancellationToken);
            await PaceAsync(packets, bytesPerSecond, clock ?? TimeProvider.System, reply, cancellationToken);
        };

    /// <summary>A live stream, each portion at its moment, and then its end. Each connection opens a feed of its own.</summary>
    public static FakeAnswer Live(Func<IEnumerable<LiveChunk>> open, LiveEnd end = LiveEnd.Close, TimeProvider? clock = null) =>
        async (_, reply, cancellationToken) =>
        {
            var time = clock ?? TimeProvider.System;
            await reply.HeadAsync(200, [("Content-Type", "video/mp2t")], cancellationToken);
            var started = time.GetTimestamp();
            foreach (var chunk in open())
            {
                var ahead = chunk.At - time.GetElapsedTime(started);
                if (ahead > TimeSpan.FromMilliseconds(2))
                    await Task.Delay(ahead, time, cancellationToken);
                await reply.WriteAsync(chunk.Bytes, cancellationToken);
            }

            if (end == LiveEnd.Reset)
                reply.Reset();
            else if (end == LiveEnd.Stall)
                await FakeReply.StallAsync(cancellationToken);
            while (end == LiveEnd.Trickle)
            {
                await reply.WriteAsync(new byte[] { 0x47 }, cancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
            }
        };

    /// <summary>Sends so many body bytes of another answer's kind of stream and then nothing more, without closing.</summary>
    public static FakeAnswer StallAfter(long bytes, IEnumerable<ReadOnlyMemory<byte>> packets, long bytesPerSecond = 0) =>
        async (_, reply, cancellationToken) =>
        {
            await reply.HeadAsync(200, [("Content-Type", "video/mp2t")], cancellationToken);
            await PaceAsync(Take(packets, bytes), bytesPerSecond, TimeProvider.System, reply, cancellationToken);
            await FakeReply.StallAsync(cancellationToken);
        };

    /// <summary>Ends with FIN after so many body bytes, in the middle of a packet where the figure says so.</summary>
    public static FakeAnswer CutAfter(long bytes, IEnumerable<ReadOnlyMemory<byte>> packets, long bytesPerSecond = 0) =>
        LiveTs(Take(packets, bytes), bytesPerSecond);

    /// <summary>Ends with RST after so many body bytes.</summary>
    public static FakeAnswer ResetAfter(long bytes, IEnumerable<ReadOnlyMemory<byte>> packets, long bytesPerSecond = 0) =>
        async (_, reply, cancellationToken) =>
        {
            await reply.HeadAsync(200, [("Content-Type", "video/mp2t")], cancellationToken);
            await PaceAsync(Take(packets, bytes), bytesPerSecond, TimeProvider.System, reply, cancellationToken);
            reply.Reset();
        };

    /// <summary>A source that is slow but alive: a byte at a time.</summary>
    public static FakeAnswer Trickle(byte[] body, TimeSpan between, TimeProvider? clock = null) =>
        async (_, reply, cancellationToken) =>
        {
            await reply.HeadAsync(200, [("Content-Type", "application/octet-stream")], cancellationToken);
            for (var i = 0; i < body.Length; i++)
            {
                await reply.WriteAsync(body.AsMemory(i, 1), cancellationToken);
                await Task.Delay(between, clock ?? TimeProvider.System, cancellationToken);
            }
        };

    /// <summary>Accepts, and says nothing at all.</summary>
    public static FakeAnswer Silence() => (_, _, cancellationToken) => FakeReply.StallAsync(cancellationToken);

    /// <summary>Another answer, whose first byte comes late.</summary>
    public static FakeAnswer After(TimeSpan delay, FakeAnswer then, TimeProvider? clock = null) =>
        async (request, reply, cancellationToken) =>
        {
            await Task.Delay(delay, clock ?? TimeProvider.System, cancellationToken);
            await then(request, reply, cancellationToken);
        };

    /// <summary>Another answer for those who send a header so; 403 for the rest. "Cookie" asks for one cookie among others.</summary>
    public static FakeAnswer RequireHeader(string name, string value, FakeAnswer then) =>
        (request, reply, cancellationToken) =>
        {
            var sent = request.Header(name);
            var isRight = name.Equals("Cookie", StringComparison.OrdinalIgnoreCase)
                ? sent.Split(';', StringSplitOptions.TrimEntries).Contains(value, StringComparer.Ordinal)
                : sent == value;
            return (isRight ? then : Status(403))(request, reply, cancellationToken);
        };

    /// <summary>Another answer for those whose query has the word that is valid at the time; 403 for the rest, as when a token has expired.</summary>
    public static FakeAnswer RequireToken(Func<string> valid, FakeAnswer then) =>
        (request, reply, cancellationToken) =>
            (request.Query.Split('&').Contains(valid(), StringComparer.Ordinal) ? then : Status(403))(request, reply, cancellationToken);

    /// <summary>One answer per request, in order; the last one stays.</summary>
    public static FakeAnswer InTurn(params FakeAnswer[] answers)
    {
        var next = -1;
        return (request, reply, cancellationToken) =>
            answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)](request, reply, cancellationToken);
    }

    /// <summary>The packets of a file over and over, in chunks of seven; counters and clocks jump where it starts again.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Looped(string file)
    {
        const int Chunk = 7 * 188;
        var bytes = File.ReadAllBytes(file);
        while (true)
            for (var at = 0; at < bytes.Length; at += Chunk)
                yield return bytes.AsMemory(at, Math.Min(Chunk, bytes.Length - at));
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Take(IEnumerable<ReadOnlyMemory<byte>> packets, long bytes)
    {
        foreach (var chunk in packets)
        {
            if (bytes <= 0)
                yield break;
            yield return chunk[..(int)Math.Min(bytes, chunk.Length)];
            bytes -= chunk.Length;
        }
    }

    private static async Task PaceAsync(
        IEnumerable<ReadOnlyMemory<byte>> packets, long bytesPerSecond, TimeProvider clock, FakeReply reply, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var sent = 0L;
        foreach (var chunk in packets)
        {
            await reply.WriteAsync(chunk, cancellationToken);
            sent += chunk.Length;
            if (bytesPerSecond <= 0)
                continue;
            var ahead = TimeSpan.FromSeconds((double)sent / bytesPerSecond) - clock.GetElapsedTime(started);
            if (ahead > TimeSpan.FromMilliseconds(5))
                await Task.Delay(ahead, clock, cancellationToken);
        }
    }
}
