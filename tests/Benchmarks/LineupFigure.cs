using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
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
        if (Programs.Find("nginx") is not { } nginx || Programs.Find("wrk") is not { } wrk)
            return [new Figure(Name, null, 0.5, "×", IsFloor: true, Note: "nginx or wrk is not installed")];
        using var data = new TempFolder();
        using var web = new TempFolder();
        await Verbs.SucceedAsync(data.Path, "import", data.Write("list.m3u", Playlist()));
        await using var appliance = await Appliance.ServeAsync(data.Path);
        var lineup = await appliance.Client.GetByteArrayAsync("lineup.json");
        await File.WriteAllBytesAsync(web["lineup.json"], lineup);
        var port = Ports.Free();
        using var peer = Process.Start(nginx, ["-p", web.Path, "-c", web.Write("nginx.conf", Configuration(web.Path, port))]);
        try
        {
            await Task.Delay(500);
            var ours = new List<double>();
            var theirs = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                theirs.Add(await RateAsync(wrk, $"http://127.0.0.1:{port}/lineup.json"));
                ours.Add(await RateAsync(wrk, new Uri(appliance.Address, "lineup.json").ToString()));
            }
            var (best, yardstick) = (Median(ours), Median(theirs));
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
        finally
        {
            await Verbs.TerminateAsync(peer);
        }
    }

    private static async Task<double> RateAsync(string wrk, string address)
    {
        var ran = await Programs.RunAsync(wrk, ["-t1", "-c16", "-d4s", address], TimeSpan.FromSeconds(20));
        var rate = Rate().Match(ran.Output);
        if (ran.ExitCode != 0 || !rate.Success || ran.Output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"wrk: {ran}");
        return double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Playlist() =>
        "#EXTM3U\n" + string.Concat(Enumerable.Range(1, Channels).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"#EXTINF:-1 tvg-id=\"c{i}\" tvg-chno=\"{i}\",Channel {i} HD\nhttp://127.0.0.1:9/{i}.ts\n")));

    private static string Configuration(string folder, int port) => $$"""
        daemon off;
        user root;
        worker_processes auto;
        pid {{folder}}/nginx.pid;
        error_log stderr;
        events { worker_connections 256; }
        http {
            types { application/json json; }
            access_log off;
            sendfile on;
            tcp_nopush on;
            keepalive_requests 100000000;
            client_body_temp_path {{folder}}; proxy_temp_path {{folder}}; fastcgi_temp_path {{folder}}; uwsgi_temp_path {{folder}}; scgi_temp_path {{folder}};
            server { listen 127.0.0.1:{{port}}; root {{folder}}; }
        }
        """;

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[\d.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();
}
