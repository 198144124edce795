using System.Text;
using PlexBridge.Formats.Dash;

namespace PlexBridge.Formats.Tests.Dash;

public class DashManifestTests
{
    private const string Address = "https://cdn.example/live/now.mpd?token=1";

    [Theory]
    [InlineData("<MPD>")]
    [InlineData("\uFEFF<?xml version=\"1.0\"?>\n<MPD>")]
    [InlineData("  <!-- made by hand --><MPD>")]
    public void A_manifest_is_known_by_its_beginning(string text)
    {
        Assert.True(DashManifest.MayBegin(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("<html><MPD/></html>")]
    [InlineData("<!DOCTYPE MPD [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><MPD>&x;</MPD>")]
    [InlineData("<MPD><Period></MPD>")]
    [InlineData("<MPD")]
    [InlineData("")]
    public void Something_else_is_no_manifest(string text)
    {
        Assert.False(DashManifest.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Theory]
    [InlineData("urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "Widevine")]
    [InlineData("urn:uuid:9A04F079-9840-4286-AB92-E65BE0885F95", "PlayReady")]
    [InlineData("urn:uuid:94ce86fb-07ff-4f43-adb8-93d2fa968ca2", "FairPlay")]
    [InlineData("urn:uuid:00000000-0000-0000-0000-000000000001", "an unknown DRM")]
    [InlineData("urn:mpeg:dash:mp4protection:2011", "Common Encryption")]
    public void Protection_is_named(string scheme, string name)
    {
        var manifest = Read($"""<MPD><Period><AdaptationSet mimeType="video/mp4"><ContentProtection schemeIdUri="{scheme}"/></AdaptationSet></Period></MPD>""");

        Assert.Equal([name], manifest.Protections);
    }

    [Fact]
    public void Times_and_places_are_read()
    {
        var manifest = Read("""<MPD type="dynamic" maxSegmentDuration="PT3.5S" minimumUpdatePeriod="PT1S"><Location>next.mpd?a=1&amp;b=2</Location></MPD>""");

        Assert.True(manifest.IsLive);
        Assert.Equal(TimeSpan.FromSeconds(3.5), manifest.LongestSegment);
        Assert.Equal("next.mpd?a=1&b=2", manifest.Location);
        Assert.Empty(manifest.Protections);
        Assert.False(manifest.HasPlayable);
    }

    [Fact]
    public void Best_picture_and_the_best_of_each_sound_stay()
    {
        var written = Read("""
            <MPD><Period>
            <AdaptationSet contentType="video"><Representation id="v1" bandwidth="100" codecs="avc1.64"/><Representation id="v2" bandwidth="900" codecs="avc1.64"/><Representation id="v3" bandwidth="9000" codecs="vp09.00"/></AdaptationSet>
            <AdaptationSet contentType="video"><EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode"/><Representation id="t" bandwidth="99999" codecs="avc1.64"/></AdaptationSet>
            <AdaptationSet contentType="audio" lang="de"><Representation id="a1" bandwidth="64" codecs="mp4a.40.2"/><Representation id="a2" bandwidth="128" codecs="mp4a.40.2"></Representation></AdaptationSet>
            <AdaptationSet contentType="audio" lang="en"><Representation id="b1" bandwidth="64" codecs="mp4a.40.2"/></AdaptationSet>
            <AdaptationSet contentType="text" mimeType="text/vtt"><Representation id="s" bandwidth="1"/></AdaptationSet>
            </Period></MPD>
            """).Rewrite(Address, _ => "http://site/");

        Assert.Equal(["v2", "a2", "b1"], Ids(written));
        Assert.DoesNotContain("text/vtt", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_address_is_mapped_and_a_base_is_there_in_any_case()
    {
        var written = Read("""
            <MPD><Location>https://elsewhere.example/now.mpd</Location><Period xlink:href="http://other.example/period?a=1&amp;b=2">
            <AdaptationSet mimeType="video/mp4"><SegmentTemplate media="/seg/$Number$.m4s" initialization="https&#58;//third.example/init.mp4"/><Representation id="v" bandwidth="1"><BaseURL>http://fourth.example/x/</BaseURL><SegmentList><SegmentURL media="here.m4s"/></SegmentList></Representation></AdaptationSet>
            </Period></MPD>
            """).Rewrite(Address, address => "[" + address + "]");

        Assert.Contains("<MPD><BaseURL>[https://cdn.example/live/]</BaseURL>", written, StringComparison.Ordinal);
        Assert.DoesNotContain("Location", written, StringComparison.Ordinal);
        Assert.Contains("media=\"[https://cdn.example/seg/$Number$.m4s]\"", written, StringComparison.Ordinal);
        Assert.Contains("initialization=\"[https://third.example/init.mp4]\"", written, StringComparison.Ordinal);
        Assert.Contains("href=\"[http://other.example/period?a=1&amp;b=2]\"", written, StringComparison.Ordinal);
        Assert.Contains("<BaseURL>[http://fourth.example/x/]</BaseURL>", written, StringComparison.Ordinal);
        Assert.Contains("media=\"here.m4s\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_of_its_own_is_made_absolute_and_alternatives_go()
    {
        var written = Read("<MPD><BaseURL serviceLocation=\"a\">dash/</BaseURL><BaseURL>http://b.example/</BaseURL><Period><BaseURL>p1/</BaseURL></Period></MPD>")
            .Rewrite(Address, address => "[" + address + "]");

        Assert.Equal("<MPD><BaseURL serviceLocation=\"a\">[https://cdn.example/live/dash/]</BaseURL><Period><BaseURL>p1/</BaseURL></Period></MPD>", written);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Mutated_manifests_never_throw(int seed)
    {
        const string Clean = """
            <?xml version="1.0"?><!-- x --><MPD type="dynamic" maxSegmentDuration="PT2S"><Location>n.mpd</Location><BaseURL>a/</BaseURL><Period id="1">
            <AdaptationSet mimeType="video/mp4"><ContentProtection schemeIdUri="urn:uuid:x"/><SegmentTemplate media="/s$Number$" initialization='i'/><Representation id="v" bandwidth="1" width="2"/></AdaptationSet><![CDATA[x]]></Period></MPD>
            """;
        const string Pieces = "<>/=\"'&;!-[]? MPDa:#x9";
        var random = new Random(seed);
        for (var round = 0; round < 5000; round++)
        {
            var text = new StringBuilder(Clean);
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                var at = random.Next(text.Length - 10);
                if (random.Next(2) == 0)
                    text[at] = Pieces[random.Next(Pieces.Length)];
                else
                    text.Remove(at, random.Next(1, 10));
            }

            if (!DashManifest.TryParse(Encoding.UTF8.GetBytes(text.ToString()), out var manifest))
                continue;
            _ = (manifest.IsLive, manifest.LongestSegment, manifest.Location, manifest.HasPlayable, manifest.Protections);
            Assert.StartsWith("<", manifest.Rewrite(Address, address => address), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Assert.False(DashManifest.TryParse(Encoding.UTF8.GetBytes("<MPD>" + string.Concat(Enumerable.Repeat("<a>", 5000))), out _));
    }

    private static DashManifest Read(string text)
    {
        Assert.True(DashManifest.TryParse(Encoding.UTF8.GetBytes(text), out var manifest));
        return manifest;
    }

    private static string[] Ids(string text) =>
        [.. text.Split("<Representation id=\"").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)])];
}
