using PlexBridge.Formats.M3u;

namespace PlexBridge.Formats.Tests.M3u;

public sealed class EntryClassifierTests
{
    [Theory]
    [InlineData("http://h:8080/user/pass/123", EntryKind.Live)]
    [InlineData("http://h:8080/live/user/pass/123.ts", EntryKind.Live)]
    [InlineData("http://h/playlist.m3u8?token=a.mp4", EntryKind.Live)]
    [InlineData("https://h/live/channel.mp4/playlist.m3u8", EntryKind.Live)]
    [InlineData("https://h/movie/channel/index.m3u8", EntryKind.Live)]
    [InlineData("udp://@239.1.1.1:1234", EntryKind.Live)]
    [InlineData("rtp://239.1.1.1:1234", EntryKind.Live)]
    [InlineData("udp://:1234", EntryKind.Live)]
    [InlineData("udp://@:1234", EntryKind.Live)]
    [InlineData("udp://10.0.0.1@239.1.1.1:1234?iface=eth1", EntryKind.Live)]
    [InlineData("udp://@[ff15::1]:1234", EntryKind.Live)]
    [InlineData("rtp://:5004", EntryKind.Live)]
    [InlineData("rtsp://h:554/a", EntryKind.Live)]
    [InlineData("rtsp://user:pass@h:554/a?x=1", EntryKind.Live)]
    [InlineData("rtmp://h/live/key", EntryKind.Live)]
    [InlineData("rtmps://h/live/key", EntryKind.Live)]
    [InlineData("srt://h:9000?passphrase=0123456789", EntryKind.Live)]
    [InlineData("srt://:9000?mode=listener", EntryKind.Live)]
    [InlineData("mms://h/a", EntryKind.Live)]
    [InlineData("mmsh://h/a", EntryKind.Live)]
    [InlineData("mmst://h/a", EntryKind.Live)]
    [InlineData("rtp://", EntryKind.NoStream)]
    [InlineData("http://[2001:db8::1]:8080/a.ts", EntryKind.Live)]
    [InlineData("http://user:pass@h/a", EntryKind.Live)]
    [InlineData("channels/one.ts", EntryKind.Live)]
    [InlineData("https://h/radio.mp3", EntryKind.Live)]
    [InlineData("https://mediapolis.rai.it/relinker/relinkerServlet.htm?cont=2606803&output=7", EntryKind.Live)]
    [InlineData("https://h/manifest.mpd", EntryKind.Live)]
    [InlineData("http://h/get.php?ch=5", EntryKind.Live)]
    [InlineData("http://h/movie/u/p/1.mkv", EntryKind.Film)]
    [InlineData("http://h/movie/u/p/1.m3u8", EntryKind.Film)]
    [InlineData("http://h/a.MP4?x=1", EntryKind.Film)]
    [InlineData("http://h/a.avi", EntryKind.Film)]
    [InlineData("http://h/series/u/p/9.mkv", EntryKind.Series)]
    [InlineData("https://www.youtube.com/@EuronewsAlbania/live", EntryKind.NoStream)]
    [InlineData("https://youtu.be/abc", EntryKind.NoStream)]
    [InlineData("https://www.twitch.tv/topnewsal", EntryKind.NoStream)]
    [InlineData("https://www.dailymotion.com/video/x3b68jn", EntryKind.NoStream)]
    [InlineData("https://ok.ru/video/1166706155179", EntryKind.NoStream)]
    [InlineData("https://player.smotrim.ru/iframe/stream/live_id/2961", EntryKind.NoStream)]
    [InlineData("https://h/watch.html?id=5", EntryKind.NoStream)]
    [InlineData("https://www.publicsenat.fr/direct", EntryKind.NoStream)]
    [InlineData("[NO PUBLIC STREAM]", EntryKind.NoStream)]
    [InlineData("plugin://plugin.video.x/?a=b", EntryKind.NoStream)]
    [InlineData("http://", EntryKind.NoStream)]
    [InlineData("none", EntryKind.NoStream)]
    public void An_address_tells_what_the_entry_is(string url, EntryKind kind) => Assert.Equal(kind, EntryClassifier.Classify(url, statedType: null, "Name"));

    [Fact]
    public void A_film_file_with_an_episode_number_in_its_name_is_an_episode()
    {
        Assert.Equal(EntryKind.Series, EntryClassifier.Classify("http://h/a.mkv", null, "Show S01E02"));
        Assert.Equal(EntryKind.Series, EntryClassifier.Classify("http://h/a.mkv", null, "Show s1 e2"));
        Assert.Equal(EntryKind.Film, EntryClassifier.Classify("http://h/a.mkv", null, "BBS1E2"));
    }

    [Fact]
    public void The_type_that_the_list_states_counts() => Assert.Equal(EntryKind.Film, EntryClassifier.Classify("http://h/u/p/7", "movies", "A"));
}
