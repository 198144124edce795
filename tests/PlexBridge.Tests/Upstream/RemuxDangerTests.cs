using PlexBridge.Streaming.Children;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Upstream;

/// <summary>
/// The real ffmpeg with our own command lines against what an address could smuggle in (protocols.md, 6.6): nothing of this
/// machine's files is read. The first test shows that each danger is one.
/// </summary>
public sealed class RemuxDangerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A tone that ffmpeg takes for a real stream, made once.</summary>
    private static readonly Lazy<byte[]> Tone = new(MakeTone);

    private readonly TempFolder _folder = new();
    private readonly string _secret;

    public RemuxDangerTests()
    {
        _secret = _folder["secret.ts"];
        File.WriteAllBytes(_secret, Tone.Value);
        _folder.Write("list.m3u8", $"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{_secret}\n#EXT-X-ENDLIST\n");
        _folder.Write("list.txt", $"ffconcat version 1.0\nfile {_secret}\n");
    }

    /// <summary>The whitelists in use.</summary>
    public static TheoryData<string> Whitelists => ["http,tcp,crypto", "http,tcp", "tcp,udp,rtp", "tls,tcp", "rtmp,tcp", "srt", "mmsh,http,tcp"];

    public void Dispose() => _folder.Dispose();

    [FfmpegFact]
    public async Task Without_a_whitelist_ffmpeg_reads_the_file_by_each_of_these_ways()
    {
        foreach (var (address, format) in Dangers())
        {
            var command = RemuxCommand.Of("ffmpeg", Input(address, format, "file,concat,concatf,subfile,data,pipe,cache,async,crypto,hls,unix"));

            Assert.True((await RunAsync(command)).Bytes > 0, address);
        }
    }

    [FfmpegTheory]
    [MemberData(nameof(Whitelists))]
    public async Task With_our_whitelists_nothing_is_read(string protocols)
    {
        foreach (var (address, format) in Dangers())
        {
            var (bytes, errors) = await RunAsync(RemuxCommand.Of("ffmpeg", Input(address, format, protocols)));

            Assert.True(bytes == 0, $"{address} with {protocols}");
            Assert.Contains("not on whitelist", errors, StringComparison.Ordinal);
        }
    }

    [FfmpegTheory]
    [InlineData("hls", "http,tcp,crypto")]
    [InlineData("dash", "http,tcp")]
    [InlineData("rtsp", "tcp,udp,rtp")]
    [InlineData("live_flv", "rtmp,tcp")]
    [InlineData("asf", "mmsh,http,tcp")]
    [InlineData("mpegts", "srt")]
    public async Task Neither_a_path_nor_a_local_playlist_is_read_as_any_kind(string format, string protocols)
    {
        foreach (var address in new[] { _secret, "file://" + _secret, _folder["list.m3u8"], "data:text/plain,x", "pipe:0", "unix:" + _secret, "-version" })
            Assert.Equal(0, (await RunAsync(RemuxCommand.Of("ffmpeg", Input(address, format, protocols)))).Bytes);
    }

    [FfmpegTheory]
    [InlineData("file://SECRET")]
    [InlineData("SECRET")]
    [InlineData("concat:SECRET")]
    [InlineData("subfile,,start,0,end,0,,:SECRET")]
    [InlineData("cache:SECRET")]
    [InlineData("async:SECRET")]
    [InlineData("crypto:SECRET")]
    [InlineData("data:video/mp2t,x")]
    public async Task A_playlist_that_names_local_files_gets_none_of_them(string segment)
    {
        await using var bench = new UpstreamBench();
        segment = segment.Replace("SECRET", _secret, StringComparison.Ordinal);
        bench.Source.On("/i.m3u8", UpstreamBench.Playlist(
            $"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI=\"{segment}\"\n#EXTINF:2,\n{segment}\n#EXT-X-ENDLIST\n"));

        var fault = await bench.FailReadingAsync("/i.m3u8");

        Assert.NotEqual(UpstreamFault.Stalled, fault.Fault);
    }

    [FfmpegTheory]
    [InlineData("<BaseURL>file://SECRET</BaseURL>")]
    [InlineData("<BaseURL>SECRET</BaseURL>")]
    [InlineData("<BaseURL><![CDATA[file://SECRET]]></BaseURL>")]
    [InlineData("<SegmentTemplate media=\"file://SECRET\" initialization=\"file://SECRET\" duration=\"1\"/>")]
    [InlineData("<SegmentList duration=\"1\"><Initialization sourceURL=\"&#102;ile://SECRET\"/><SegmentURL media=\"file://SECRET\"/></SegmentList>")]
    public async Task A_manifest_that_names_local_files_gets_none_of_them(string inside)
    {
        await using var bench = new UpstreamBench();
        bench.Source.On("/i.mpd", Answers.Text(
            "<MPD type=\"static\" mediaPresentationDuration=\"PT2S\"><Period><AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1\" codecs=\"avc1.64\">"
            + inside.Replace("SECRET", _secret, StringComparison.Ordinal) + "</Representation></AdaptationSet></Period></MPD>", "application/dash+xml"));

        await bench.FailReadingAsync("/i.mpd");
    }

    private IEnumerable<(string Address, string Format)> Dangers() =>
    [
        (_secret, "mpegts"),
        ("file:" + _secret, "mpegts"),
        ("file://" + _secret, "mpegts"),
        ($"concat:{_secret}|{_secret}", "mpegts"),
        ("concatf:" + _folder.Write("names", $"file:{_secret}\n"), "mpegts"),
        ($"subfile,,start,0,end,0,,:{_secret}", "mpegts"),
        ("cache:" + _secret, "mpegts"),
        ("async:" + _secret, "mpegts"),
        (_folder["list.m3u8"], "hls"),
        ("data:video/mp2t;base64," + Convert.ToBase64String(Tone.Value), "mpegts"),
    ];

    private static byte[] MakeTone()
    {
        if (Programs.Find("ffmpeg") is not { } ffmpeg)
            return [];
        using var folder = new TempFolder();
        using var process = Programs.Start(ffmpeg, ["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "mp2", "-f", "mpegts", folder["tone.ts"]]);
        process.WaitForExit();
        return File.ReadAllBytes(folder["tone.ts"]);
    }

    private static RemuxInput Input(string address, string format, string protocols) =>
        new() { Kind = "danger", Address = address, Format = format, Protocols = protocols };

    private static async Task<(long Bytes, string Errors)> RunAsync(ChildCommand command)
    {
        var ran = await Programs.RunAsync(command.Program, command.Arguments, Patience);
        return (ran.Output.Length, ran.Errors);
    }
}

/// <summary>A test that runs ffmpeg; skipped, saying so, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FfmpegFactAttribute : FactAttribute
{
    public FfmpegFactAttribute() => Skip = Programs.Find("ffmpeg") is null ? "ffmpeg is not installed" : null;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FfmpegTheoryAttribute : TheoryAttribute
{
    public FfmpegTheoryAttribute() => Skip = Programs.Find("ffmpeg") is null ? "ffmpeg is not installed" : null;
}
