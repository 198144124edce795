using System.Globalization;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks;

/// <summary>A generated playlist of 250,000 live entries: the first import, and a refresh that finds nothing new.</summary>
internal static class ImportFigures
{
    private const int Entries = 250_000;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        using var data = new TempFolder();
        using var work = new TempFolder();
        var playlist = work["large.m3u"];
        await WriteAsync(playlist);

        var first = await Verbs.MeasureAsync(data.Path, "import", playlist, "--name", "large");
        var second = await Verbs.MeasureAsync(data.Path, "import", playlist, "--name", "large");
        // The same entries behind another first line: neither a hash of the file nor its date may spare the comparison.
        await File.WriteAllTextAsync(playlist, "#EXTM3U x-run=\"2\"\n" + (await File.ReadAllTextAsync(playlist))["#EXTM3U\n".Length..]);
        var compared = await Verbs.MeasureAsync(data.Path, "import", playlist, "--name", "large");

        var size = string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(playlist).Length / 1e6:0} MB playlist");
        return
        [
            new Figure("import of 250,000 entries", first.Time.TotalSeconds, 5, "s", Note: size),
            new Figure("refresh, same file", second.Time.TotalSeconds, 3, "s"),
            new Figure("refresh, same entries in another file", compared.Time.TotalSeconds, 3, "s", Note: "every entry compared"),
            new Figure("peak RSS of the import", first.PeakMegabytes, 150, "MB"),
            new Figure("peak RSS of the refreshes", Math.Max(second.PeakMegabytes, compared.PeakMegabytes), 150, "MB"),
        ];
    }

    private static async Task WriteAsync(string file)
    {
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync("#EXTM3U\n");
        for (var i = 1; i <= Entries; i++)
            await writer.WriteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"#EXTINF:-1 tvg-id=\"channel{i}.example\" tvg-name=\"Channel {i}\" tvg-logo=\"http://logos.example/{i}.png\" group-title=\"Group {i % 400}\",Channel {i} HD\nhttp://source.example:8080/live/user/password/{i}.ts\n"));
    }
}
