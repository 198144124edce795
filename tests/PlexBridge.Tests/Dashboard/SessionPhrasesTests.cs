using PlexBridge.Dashboard;
using PlexBridge.Streaming;

namespace PlexBridge.Tests.Dashboard;

public sealed class SessionPhrasesTests
{
    [Theory]
    [InlineData("VLC/3.0.18 LibVLC/3.0.18", "VLC")]
    [InlineData("Lavf/58.76.100", "Plex or ffmpeg")]
    [InlineData("PlexMediaServer/1.40", "Plex")]
    [InlineData("SomeBox/1.0 (Linux)", "SomeBox")]
    [InlineData("  ", "Unknown program")]
    [InlineData("", "Unknown program")]
    public void Program_is_named_for_people(string userAgent, string program) => Assert.Equal(program, SessionPhrases.Program(userAgent));

    [Theory]
    [InlineData("H264", "AAC", "H.264 · AAC")]
    [InlineData(null, "MPEG", "MPEG audio")]
    [InlineData(null, null, "")]
    public void Codecs_are_named_for_people(string? video, string? audio, string codecs) => Assert.Equal(codecs, SessionPhrases.Codecs(video, audio));

    [Fact]
    public void What_happened_to_a_stream_is_told_in_a_line_and_nothing_where_nothing_did()
    {
        var session = PageHost.Session("News");

        Assert.Equal("", SessionPhrases.Troubles(session));
        Assert.Equal("1 switch, 2 gaps repaired, 1 piece lost on the way, 3 skips of this viewer",
            SessionPhrases.Troubles(session with { SwitchCount = 1, Repaired = 2, Lost = 1, Skips = 3 }));
    }

    [Fact]
    public void A_switch_is_told_with_its_reason()
    {
        var change = new StreamSwitch(new DateTimeOffset(2026, 3, 1, 20, 5, 0, TimeSpan.Zero), "News", "News HD", "nothing came for 4 s");

        Assert.Equal("From News to News HD at 20:05 UTC: nothing came for 4 s", SessionPhrases.Switch(change));
        Assert.Equal("Connected again at 20:05 UTC: nothing came for 4 s", SessionPhrases.Switch(change with { To = "News" }));
    }
}
