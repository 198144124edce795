using PlexBridge.Dashboard;

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
}
