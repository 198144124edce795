using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using PlexBridge.Formats.HdHomeRun;

namespace PlexBridge.Formats.Tests.HdHomeRun;

public sealed class DocumentTests
{
    private static readonly LineupEntry[] Entries =
    [
        new("5.1", "Ärger & \"Söhne\"", "http://192.0.2.2:5004/auto/v5.1") { VideoCodec = "H264", AudioCodec = "AAC", IsHd = true, IsFavorite = true, IsDrm = true },
        new("7", "日本 <TV>", "http://192.0.2.2:5004/auto/v7"),
    ];

    [Fact]
    public void Discover_json_is_golden()
    {
        var document = new DiscoverDocument("PlexBridge", "HDHR5-4US", "hdhomerun5_atsc", "20250815",
            DeviceId.From(0x1053C0CA), new string('A', 24), "http://192.0.2.2:5004", 4);
        Assert.Equal(
            """{"FriendlyName":"PlexBridge","ModelNumber":"HDHR5-4US","FirmwareName":"hdhomerun5_atsc","FirmwareVersion":"20250815","DeviceID":"1053C0CA","DeviceAuth":"AAAAAAAAAAAAAAAAAAAAAAAA","BaseURL":"http://192.0.2.2:5004","LineupURL":"http://192.0.2.2:5004/lineup.json","TunerCount":4}""",
            Text(document.WriteJson));
    }

    [Fact]
    public void Lineup_json_is_golden() => Assert.Equal(
        """[{"GuideNumber":"5.1","GuideName":"Ärger & \"Söhne\"","VideoCodec":"H264","AudioCodec":"AAC","HD":1,"Favorite":1,"DRM":1,"URL":"http://192.0.2.2:5004/auto/v5.1"},{"GuideNumber":"7","GuideName":"日本 <TV>","URL":"http://192.0.2.2:5004/auto/v7"}]""",
        Text(output => LineupJson.Write(output, Entries)));

    [Theory]
    [InlineData("a/b+c'd&<e>", "a/b+c'd&<e>")]
    [InlineData("📺 News 📺", "📺 News 📺")]
    [InlineData("📺\t\"\\", "📺\\t\\\"\\\\")]
    [InlineData("é\u0001", "é\\u0001")]
    public void Names_stay_plain_utf8_and_only_what_json_asks_for_is_escaped(string name, string expected) => Assert.Equal(
        $$"""[{"GuideNumber":"1","GuideName":"{{expected}}","URL":"http://h/auto/v1"}]""",
        Text(output => LineupJson.Write(output, [new LineupEntry("1", name, "http://h/auto/v1")])));

    [Fact]
    public void A_name_with_half_a_surrogate_pair_is_written_as_sound_json()
    {
        foreach (var name in new[] { "\ud83d", "a\udcfa", "\ud83d\ud83d\udcfa x" })
        {
            var text = Text(output => LineupJson.Write(output, [new LineupEntry("1", name, "http://h/auto/v1")]));
            Assert.Contains("\ufffd", JsonDocument.Parse(text).RootElement[0].GetProperty("GuideName").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_empty_lineup_is_an_empty_array() => Assert.Equal("[]", Text(output => LineupJson.Write(output, [])));

    [Fact]
    public void Lineup_xml_is_golden()
    {
        var xml = LineupXml.Write(Entries);
        Assert.Equal(
            """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <Lineup><Program><GuideNumber>5.1</GuideNumber><GuideName>Ärger &amp; "Söhne"</GuideName><VideoCodec>H264</VideoCodec><AudioCodec>AAC</AudioCodec><HD>1</HD><Favorite>1</Favorite><DRM>1</DRM><URL>http://192.0.2.2:5004/auto/v5.1</URL></Program><Program><GuideNumber>7</GuideNumber><GuideName>日本 &lt;TV&gt;</GuideName><URL>http://192.0.2.2:5004/auto/v7</URL></Program></Lineup>
            """, xml);
    }

    [Fact]
    public void Lineup_xml_stays_well_formed_whatever_a_name_holds()
    {
        var everything = string.Concat(Enumerable.Range(0, 0x10000).Select(value => (char)value)) + "📺\ud83d";
        var root = XDocument.Parse(LineupXml.Write([new LineupEntry("1", everything, "http://h/auto/v1")])).Root!;
        Assert.EndsWith("📺\ufffd", root.Element("Program")!.Element("GuideName")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Lineup_m3u_is_golden() => Assert.Equal(
        "#EXTM3U\n"
        + "#EXTINF:-1 channel-id=\"5.1\" channel-number=\"5.1\" tvg-name=\"Ärger & 'Söhne'\",5.1 Ärger & \"Söhne\"\n"
        + "http://192.0.2.2:5004/auto/v5.1\n"
        + "#EXTINF:-1 channel-id=\"7\" channel-number=\"7\" tvg-name=\"日本 <TV>\",7 日本 <TV>\n"
        + "http://192.0.2.2:5004/auto/v7\n",
        LineupM3u.Write(Entries));

    [Fact]
    public void A_name_cannot_add_lines_to_the_m3u() =>
        Assert.Equal(4, LineupM3u.Write([new LineupEntry("1", "a\r\nhttp://evil\n", "http://h/auto/v1")]).Split('\n').Length);

    [Fact]
    public void Lineup_status_is_golden_in_both_states()
    {
        Assert.Equal("""{"ScanInProgress":0,"ScanPossible":1,"Source":"Antenna","SourceList":["Antenna","Cable"]}""", Text(new LineupStatus.Idle().WriteJson));
        Assert.Equal("""{"ScanInProgress":1,"Progress":40,"Found":12}""", Text(new LineupStatus.Scanning(40, 12).WriteJson));
    }

    [Fact]
    public void Tuner_status_is_golden()
    {
        TunerStatus[] tuners = [new(0), new(1, new TunerReception("5.1", "News/24", "192.0.2.9", 7_340_032))];
        Assert.Equal(
            """[{"Resource":"tuner0"},{"Resource":"tuner1","VctNumber":"5.1","VctName":"News/24","Frequency":0,"SignalStrengthPercent":100,"SignalQualityPercent":100,"SymbolQualityPercent":100,"TargetIP":"192.0.2.9","NetworkRate":7340032}]""",
            Text(output => TunerStatus.WriteJson(output, tuners)));
    }

    private static string Text(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
