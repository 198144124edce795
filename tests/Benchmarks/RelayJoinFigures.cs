using System.Globalization;
using PlexBridge.Benchmarks.Load;

namespace PlexBridge.Benchmarks;

/// <summary>From a viewer's request to the first whole key picture: of a channel that is open, and of an HLS channel that isn't.</summary>
internal static class RelayJoinFigures
{
    private const int OpenJoins = 50;
    private const int ColdJoins = 15;

    // No multiple of a group of pictures: joins fall on all places of it.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(137);
    private static readonly TimeSpan Filling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(40);

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var loop = new StreamLoop();
        return [.. await OpenAsync(loop), .. await ColdAsync(loop)];
    }

    private static async Task<IReadOnlyList<Figure>> OpenAsync(StreamLoop loop)
    {
        using var source = new LoadSource(loop, Pace.Live(loop));
        await using var ours = await RelayAppliance.ServeAsync(source, channels: 1);
        using var first = new Sink(ours.EndPoint, ours.Path(1));
        await LoadRun.AllReceiveAsync([first], ours.Name);
        await Task.Delay(Filling);
        var times = new List<double>();
        for (var join = 0; join < OpenJoins; join++)
        {
            times.Add((await KeyframeProbe.JoinAsync(ours, 1)).TotalMilliseconds);
            await Task.Delay(Pause);
        }

        return Rows("open channel, request to first whole key picture", times, 50, "");
    }

    private static async Task<IReadOnlyList<Figure>> ColdAsync(StreamLoop loop)
    {
        using var source = new HlsLoad(loop, new HlsShape(Answer, HasMaster: true));
        await using var ours = await RelayAppliance.ServeAsync(source, ColdJoins);
        var times = new List<double>();
        for (var channel = 1; channel <= ColdJoins; channel++)
        {
            var before = source.Answering;
            var whole = await KeyframeProbe.JoinAsync(ours, channel);
            times.Add((whole - (source.Answering - before)).TotalMilliseconds);
            await Task.Delay(Pause);
        }

        return Rows(
            "cold HLS channel, request to first whole key picture, beyond the upstream's own answers",
            times,
            150,
            string.Create(CultureInfo.InvariantCulture, $"; master, playlist and segments answer after {Answer.TotalMilliseconds:0} ms each"));
    }

    private static IReadOnlyList<Figure> Rows(string name, List<double> times, double target, string note)
    {
        times.Sort();
        return
        [
            new Figure(
                name + ", p95",
                times[(int)Math.Ceiling(times.Count * 0.95) - 1],
                target,
                "ms",
                Note: string.Create(CultureInfo.InvariantCulture, $"p50 {times[times.Count / 2]:0.0}, {times[0]:0.0} to {times[^1]:0.0} ms, {times.Count} joins{note}")),
        ];
    }
}
