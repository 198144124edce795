using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Outbound;
using PlexBridge.Streaming.Upstream;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Upstream;

public sealed class StreamProbeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Probe_names_programme_codecs_rate_and_keyframe()
    {
        await using var upstream = new ScriptedUpstream();
        upstream.Send(new TsGenerator(new TsGeneratorOptions { Video = StreamCodec.Hevc }).Seconds(4));

        var result = await RunAsync(upstream);

        Assert.Equal([StreamCodec.Hevc, StreamCodec.Aac], result.Streams.Select(stream => stream.Codec));
        Assert.NotNull(result.TimeToKeyframe);
        Assert.InRange(result.BitsPerSecond, 1_500_000, 3_000_000);
        Assert.Equal("scripted", result.Kind);
    }

    [Fact]
    public async Task A_page_is_no_stream()
    {
        await using var upstream = new ScriptedUpstream();
        upstream.Send(new byte[100_000]);

        var fault = await Assert.ThrowsAsync<UpstreamException>(() => RunAsync(upstream));

        Assert.Equal(UpstreamFault.NotTransportStream, fault.Fault);
    }

    [Fact]
    public async Task Silence_ends_the_probe_with_a_reason()
    {
        await using var upstream = new ScriptedUpstream();
        var probe = RunAsync(upstream);
        await _time.WaitForTimersAsync(1, CancellationToken.None);
        _time.Advance(Patience);

        Assert.Equal(UpstreamFault.Stalled, (await Assert.ThrowsAsync<UpstreamException>(() => probe)).Fault);
    }

    private Task<StreamProbeResult> RunAsync(ScriptedUpstream upstream) =>
        new StreamProbe((_, _, _, _) => Task.FromResult<IUpstream>(upstream), _time).RunAsync(
            new StreamAddress { StreamId = 1, SourceId = 1, Name = "x", Url = new SourceUrl("http://x.example/s3cret") },
            TimeSpan.FromSeconds(5), Patience, CancellationToken.None);
}
