using System.Security.Cryptography;
using PlexBridge.Streaming.Children;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Upstream;

/// <summary>
/// A source and an opener that reads it over real sockets, on a clock that is moved on whenever the upstream waits for
/// it. Owns the source.
/// </summary>
internal sealed class UpstreamBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ChildLauncher _children = new([]);
    private readonly CancellationTokenSource _limit = new(Patience);

    public FakeSource Source { get; } = FakeSource.Start();

    public ManualTimeProvider Clock { get; } = new();

    /// <summary>Opens an address, or a path of the source.</summary>
    public Task<IUpstream> OpenAsync(string address, params (string Name, string Value)[] headers) =>
        OpenAsync(address, new UpstreamMemory(), headers);

    /// <summary>Opens it once more, with what an earlier connection left.</summary>
    public Task<IUpstream> OpenAsync(string address, UpstreamMemory memory, params (string Name, string Value)[] headers) =>
        OpenAsync(address, memory, connectionLimit: 0, headers);

    /// <summary>Opens it at a source that allows only so many connections; 0 for any number.</summary>
    public Task<IUpstream> OpenAsync(string address, UpstreamMemory memory, int connectionLimit, params (string Name, string Value)[] headers) =>
        new UpstreamOpener(_children, Clock).OpenAsync(
            new StreamAddress
            {
                StreamId = 1,
                SourceId = 1,
                Name = "News",
                Url = new SourceUrl(address.StartsWith('/') ? Source.Url(address) : address),
                Headers = new RequestHeaders([.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))]),
                Reach = OutboundReach.PrivateToo,
                ConnectionLimit = connectionLimit,
            },
            // The clock jumps by whole target durations; a connection must not time out by that.
            Timeout.InfiniteTimeSpan,
            memory,
            _limit.Token);

    /// <summary>Opens it and expects a fault.</summary>
    public async Task<UpstreamException> FailAsync(string address) =>
        await Assert.ThrowsAsync<UpstreamException>(async () =>
        {
            await using var upstream = await OpenAsync(address);
        });

    /// <summary>Opens it, expects a fault at the first read and no byte before it. The clock stands still: ffmpeg has its own.</summary>
    public async Task<UpstreamException> FailReadingAsync(string address)
    {
        await using var upstream = await OpenAsync(address);
        return await Assert.ThrowsAsync<UpstreamException>(async () => await upstream.ReadAsync(new byte[1000], _limit.Token));
    }

    /// <summary>Opens it and reads until the source ends it.</summary>
    public async Task<byte[]> ReadAllAsync(string address, params (string Name, string Value)[] headers)
    {
        await using var upstream = await OpenAsync(address, headers);
        return await ReadToEndAsync(upstream);
    }

    /// <summary>Reads until the source ends it, in reads of an odd size.</summary>
    public async Task<byte[]> ReadToEndAsync(IUpstream upstream)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[1009];
        while (await ReadAsync(upstream, buffer) is > 0 and var read)
            await bytes.WriteAsync(buffer.AsMemory(0, read));
        return bytes.ToArray();
    }

    /// <summary>Reads so many bytes.</summary>
    public async Task<byte[]> ReadExactlyAsync(IUpstream upstream, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
            at += await ReadAsync(upstream, bytes.AsMemory(at));
        return bytes;
    }

    /// <summary>One read; the clock goes on by a second each time something waits for it.</summary>
    public async Task<int> ReadAsync(IUpstream upstream, Memory<byte> buffer)
    {
        var reading = upstream.ReadAsync(buffer, _limit.Token).AsTask();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        while (!reading.IsCompleted)
        {
            var waiting = Clock.WaitForTimersAsync(1, done.Token);
            if (await Task.WhenAny(reading, waiting) == reading)
                break;
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await done.CancelAsync();
        return await reading;
    }

    /// <summary>Bytes that tell a segment from every other one. No TS: an upstream passes on what comes.</summary>
    public static byte[] Segment(int number, int length = 5000) =>
        [.. Enumerable.Range(0, length).Select(at => (byte)((at * 31) + (at >> 8) + (number * 97)))];

    /// <summary>Serves segments under /0.ts, /1.ts and on, and gives them.</summary>
    public byte[][] ServeSegments(int count, Func<FakeAnswer, FakeAnswer>? guard = null, string folder = "/")
    {
        var segments = Enumerable.Range(0, count).Select(number => Segment(number)).ToArray();
        for (var number = 0; number < count; number++)
        {
            var answer = Answers.Bytes(segments[number], "video/mp2t");
            Source.On($"{folder}{number}.ts", guard is null ? answer : guard(answer));
        }

        return segments;
    }

    /// <summary>Serves one playlist under /i.m3u8, or one load after the other.</summary>
    public void ServePlaylist(params string[] loads) =>
        Source.On("/i.m3u8", loads.Length == 1 ? Playlist(loads[0]) : Answers.InTurn([.. loads.Select(Playlist)]));

    /// <summary>A media playlist that has ended, from the lines of its segments.</summary>
    public static string Ended(params string[] lines) => Live(0, [.. lines, "#EXT-X-ENDLIST"]);

    /// <summary>A media playlist with a target duration of 4 s; an address alone becomes a segment of that length.</summary>
    public static string Live(long sequence, params string[] lines) =>
        $"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:{sequence}\n"
        + string.Join("", lines.Select(line => line.StartsWith('#') ? line + "\n" : $"#EXTINF:4,\n{line}\n"));

    public static FakeAnswer Playlist(string text) => Answers.Text(text, "application/vnd.apple.mpegurl");

    /// <summary>AES-128 as HLS has it: CBC with PKCS7 padding.</summary>
    public static byte[] Encrypt(byte[] clear, byte[] key, byte[] vector)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptCbc(clear, vector);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        _children.Dispose();
        _limit.Dispose();
    }
}
