using System.Globalization;
using System.Text.Json.Serialization;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streams;

/// <summary>What `probe --json` prints. Public: change names only together with contract.md.</summary>
internal sealed record ProbeReport(
    string Protocol, string Container, int Programs, int Program, IReadOnlyList<ProbedStream> Streams,
    long BitsPerSecond, double FirstByteSeconds, double? TablesSeconds, double? KeyframeSeconds, long ScrambledPackets)
{
    public static ProbeReport Of(StreamProbeResult result, string scheme) => new(
        scheme, result.Kind, result.Programs, result.Program,
        [.. result.Streams.Select(stream => new ProbedStream($"0x{stream.Pid:X4}", stream.Codec.ToString(), stream.Language))],
        result.BitsPerSecond, Seconds(result.TimeToFirstByte), result.TimeToTables is { } tables ? Seconds(tables) : null,
        result.TimeToKeyframe is { } keyframe ? Seconds(keyframe) : null, result.ScrambledPackets);

    /// <summary>The same for a person.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"protocol       {Protocol}";
        yield return $"container      {Container}";
        yield return Invariant($"programmes     {Programs}; number {Program} would be relayed");
        foreach (var stream in Streams)
            yield return $"stream         {stream.Pid} {stream.Codec}{(stream.Language is { } language ? $" ({language})" : "")}";
        yield return BitsPerSecond > 0 ? Invariant($"bitrate        {BitsPerSecond / 1e6:0.00} Mbit/s") : "bitrate        unknown: the stream has no clock";
        yield return Invariant($"first byte     after {FirstByteSeconds:0.00} s");
        yield return TablesSeconds is { } tables ? Invariant($"tables         after {tables:0.00} s") : "tables         none";
        yield return KeyframeSeconds is { } keyframe ? Invariant($"first keyframe after {keyframe:0.00} s") : "first keyframe none seen";
        if (ScrambledPackets > 0)
            yield return Invariant($"scrambled      {ScrambledPackets} packets: this stream is encrypted");
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One elementary stream of a probed stream.</summary>
internal sealed record ProbedStream(string Pid, string Codec, string? Language);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProbeReport))]
internal sealed partial class ProbeJson : JsonSerializerContext;
