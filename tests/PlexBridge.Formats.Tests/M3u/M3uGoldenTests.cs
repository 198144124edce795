using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PlexBridge.Formats.M3u;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.M3u;

/// <summary>tests/Data/m3u/CASE.m3u against CASE.expected.json; PLEXBRIDGE_GOLDEN=rewrite writes the latter anew.</summary>
public sealed class M3uGoldenTests
{
    private static readonly string Folder = Path.Combine(TestPaths.Data, "m3u");

    public static TheoryData<string> Cases() => [.. Directory.GetFiles(Folder, "*.m3u").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_as_expected(string name)
    {
        var (entries, summary) = Reading.Read(File.ReadAllBytes(Path.Combine(Folder, name + ".m3u")));

        var actual = Write(entries, summary);

        var expected = Path.Combine(Folder, name + ".expected.json");
        if (Environment.GetEnvironmentVariable("PLEXBRIDGE_GOLDEN") == "rewrite")
            File.WriteAllText(expected, actual);
        Assert.Equal(File.ReadAllText(expected), actual);
    }

    [Fact]
    public void There_are_cases() => Assert.True(Cases().Count >= 20);

    public static string Write(IEnumerable<M3uEntry> entries, M3uSummary summary)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("kind", summary.Kind.ToString());
            WriteHeader(json, summary.Header);
            json.WriteStartArray("entries");
            foreach (var entry in entries)
                WriteEntry(json, entry);
            json.WriteEndArray();
            json.WriteNumber("withoutAddress", summary.WithoutAddress);
            json.WriteNumber("tooLong", summary.TooLong);
            json.WriteNumber("strayLines", summary.StrayLines);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void WriteHeader(Utf8JsonWriter json, M3uHeader header)
    {
        json.WriteStartObject("header");
        json.WriteBoolean("isPresent", header.IsPresent);
        WriteText(json, "name", header.Name);
        if (header.GuideUrls.Count > 0)
        {
            json.WriteStartArray("guideUrls");
            foreach (var url in header.GuideUrls)
                json.WriteStringValue(url);
            json.WriteEndArray();
        }
        if (header.GuideShift != 0)
            json.WriteNumber("guideShift", header.GuideShift);
        WritePairs(json, "attributes", header.Attributes);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, M3uEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("kind", entry.Kind.ToString());
        json.WriteString("name", entry.Name);
        json.WriteString("url", entry.Url);
        if (entry.Duration != -1)
            json.WriteNumber("duration", entry.Duration);
        WriteText(json, "tvgId", entry.TvgId);
        WriteText(json, "tvgName", entry.TvgName);
        WriteText(json, "logo", entry.Logo);
        WriteText(json, "channelNumber", entry.ChannelNumber);
        WriteText(json, "sourceKey", entry.SourceKey);
        WriteText(json, "group", entry.Group);
        WriteText(json, "statedType", entry.StatedType);
        if (entry.IsRadio)
            json.WriteBoolean("isRadio", true);
        if (entry.IsDrm)
            json.WriteBoolean("isDrm", true);
        if (entry.Program is { } program)
            json.WriteNumber("program", program);
        WritePairs(json, "headers", entry.Headers);
        WritePairs(json, "attributes", entry.Attributes);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void WritePairs(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var (key, value) in pairs)
            json.WriteStringValue($"{key}: {value}");
        json.WriteEndArray();
    }
}
