using System.Globalization;
using PlexBridge.Benchmarks.Load;

namespace PlexBridge.Benchmarks;

/// <summary>HLS channels at 8 Mbit/s, beside an `ffmpeg -c copy` for each: CPU, and what a further channel takes of memory.</summary>
internal static class RelayHlsFigures
{
    private const double HistoryMegabytes = 8 * 1.048576;

    // A window of whole segments, once the first burst is over and a history has filled.
    private static readonly LoadShape Many = new(Channels: 8, Viewers: 1, TimeSpan.FromSeconds(6)) { Settling = TimeSpan.FromSeconds(4) };

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        if (!FfmpegPeer.IsInstalled)
            return [new Figure("HLS against ffmpeg -c copy", null, 0.3, "×", Note: "ffmpeg is not installed")];
        using var source = new HlsLoad(new StreamLoop(), new HlsShape(TimeSpan.Zero, HasMaster: false));
        await using var ours = await RelayAppliance.ServeAsync(source, Many.Channels);
        var one = await LoadRun.MeasureAsync(ours, Many with { Channels = 1 });
        var rounds = new Rounds();
        var (theirCosts, ourCosts) = (rounds.Add(() => FfmpegPeer.MeasureAsync(source, Many)), rounds.Add(ours, Many));
        await rounds.RunAsync();

        var further = (Median.Of([.. ourCosts.Select(cost => cost.Megabytes)]) - one.Megabytes) / (Many.Channels - 1);
        var theirs = Median.Of([.. theirCosts.Select(cost => cost.Megabytes)]) / Many.Channels;
        return
        [
            Rounds.Compare(string.Create(CultureInfo.InvariantCulture, $"HLS, {Many.Channels} channels, against ffmpeg -c copy"), ourCosts, theirCosts, 0.3),
            new Figure(
                "memory of a further HLS relay beyond its history, against an ffmpeg",
                Math.Max(0, further - HistoryMegabytes) / theirs,
                0.15,
                "×",
                Note: string.Create(CultureInfo.InvariantCulture, $"{further:0.0} MB, of which {HistoryMegabytes:0.0} may be history, against {theirs:0.0} MB (PSS)")),
        ];
    }
}
