using System.Globalization;
using System.Text.RegularExpressions;
using PlexBridge.Benchmarks.Load;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks;

/// <summary>/lineup.json with 480 channels, beside nginx serving the same bytes from a file: same wrk, keep-alive, in turns.</summary>
internal static partial class LineupFigure
{
    private const int Channels = 480;
    private const int Rounds = 3;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        const string Name = "/lineup.json against nginx";
        if (!NginxPeer.IsInstalled || Programs.Find("wrk") is not { } wrk)
            return [new Figure(Name, null, 0.5, "×", IsFloor: true, Note: "nginx or wrk is not installed")];
        using var data = new TempFolder();
        await Verbs.SucceedAsync(data.Path, "import", data.Write("list.m3u", Playlist()));
        await using var appliance = await Appliance.ServeAsync(data.Path);
        var lineup = await appliance.Client.GetByteArrayAsync("lineup.json");
        await using var peer = await NginxPeer.FilesAsync(new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["lineup.json"] = lineup });
        var ours = new List<double>();
        var theirs = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            theirs.Add(await RateAsync(wrk, $"http://{peer.EndPoint}/lineup.json"));
            ours.Add(await RateAsync(wrk, new Uri(appliance.Address, "lineup.json").ToString()));
        }
        var (best, yardstick) = (Median.Of(ours), Median.Of(theirs));
        return
        [
            new Figure(
                Name,
                best / yardstick,
                0.5,
                "×",
                IsFloor: true,
                Note: string.Create(CultureInfo.InvariantCulture, $"{best:0} against {yardstick:0} requests/s, {lineup.Length / 1e3:0} kB, medians of {Rounds}; nginx with a worker per core")),
        ];
    }

    private static async Task<double> RateAsync(string wrk, string address)
    {
        var ran = await Programs.RunAsync(wrk, ["-t1", "-c16", "-d4s", address], TimeSpan.FromSeconds(20));
        var rate = Rate().Match(ran.Output);
        if (ran.ExitCode != 0 || !rate.Success || ran.Output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"wrk: {ran}");
        return double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    private static string Playlist() =>
        "#EXTM3U\n" + string.Concat(Enumerable.Range(1, Channels).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"#EXTINF:-1 tvg-id=\"c{i}\" tvg-chno=\"{i}\",Channel {i} HD\nhttp://127.0.0.1:9/{i}.ts\n")));

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[\d.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();
}
