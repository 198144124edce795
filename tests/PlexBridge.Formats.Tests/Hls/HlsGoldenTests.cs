using System.Globalization;
using System.Text;
using PlexBridge.Formats.Hls;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.Hls;

/// <summary>Every tests/Data/hls/CASE.m3u8 reads as its CASE.expected.txt tells.</summary>
public class HlsGoldenTests
{
    public static TheoryData<string> Cases() =>
        [.. Directory.GetFiles(Path.Combine(TestPaths.Data, "hls"), "*.m3u8").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Playlist_reads_as_expected(string name)
    {
        var file = Path.Combine(TestPaths.Data, "hls", name);

        var read = Describe(File.ReadAllBytes(file + ".m3u8"));

        if (Environment.GetEnvironmentVariable("PLEXBRIDGE_GOLDEN") == "rewrite")
            File.WriteAllText(file + ".expected.txt", read);
        Assert.Equal(File.ReadAllText(file + ".expected.txt"), read);
    }

    private static string Describe(byte[] body)
    {
        var text = new StringBuilder();
        if (!HlsPlaylist.TryParse(body, "https://cdn.example/live/index.m3u8?token=1", out var playlist, out var fault))
            text.Append(CultureInfo.InvariantCulture, $"refused: {fault}\n");
        else if (playlist is HlsMasterPlaylist master)
            DescribeMaster(text, master);
        else
            DescribeMedia(text, (HlsMediaPlaylist)playlist);
        return text.ToString();
    }

    private static void DescribeMaster(StringBuilder text, HlsMasterPlaylist master)
    {
        foreach (var variant in master.Variants)
            text.Append(CultureInfo.InvariantCulture, $"variant {variant.Bandwidth} {variant.Width}x{variant.Height} [{string.Join(' ', variant.Codecs)}] audio={variant.AudioGroup} {variant.Address}\n");
        foreach (var rendition in master.Renditions)
            text.Append(CultureInfo.InvariantCulture, $"rendition {rendition.Kind} {rendition.Group} {rendition.Language} default={rendition.IsDefault} {rendition.Address}\n");
        var choice = HlsVariantChoice.Best(master);
        text.Append(CultureInfo.InvariantCulture, $"choice {choice.Variant.Address} with {choice.Audio?.Address ?? "its own sound"}\n");
    }

    private static void DescribeMedia(StringBuilder text, HlsMediaPlaylist media)
    {
        text.Append(CultureInfo.InvariantCulture, $"target {media.TargetDuration} sequence {media.MediaSequence} ended={media.IsEnded} start={media.IndexOfStart()} drm={media.DrmName}\n");
        foreach (var segment in media.Segments)
        {
            text.Append(CultureInfo.InvariantCulture, $"{segment.Sequence}/{segment.DiscontinuitySequence} {segment.Duration.TotalSeconds:F3} {segment.Address}");
            if (segment.Range is { } range)
                text.Append(CultureInfo.InvariantCulture, $" bytes {range.Offset}+{range.Length}");
            if (segment.Key is { } key)
                text.Append(CultureInfo.InvariantCulture, $" key {key.MethodName} {key.Address} iv={key.InitializationVector:X32}");
            if (segment.Map is { } map)
                text.Append(CultureInfo.InvariantCulture, $" map {map.Address}");
            if (segment.ProgramDateTime is { } date)
                text.Append(CultureInfo.InvariantCulture, $" at {date.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fff}");
            text.Append(segment.IsDiscontinuity ? " discontinuity" : "").Append(segment.IsGap ? " gap" : "").Append('\n');
        }
    }
}
