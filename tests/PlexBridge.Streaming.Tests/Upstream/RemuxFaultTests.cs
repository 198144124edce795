using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming.Tests.Upstream;

public sealed class RemuxFaultTests
{
    [Theory]
    [InlineData("[rtsp @ 0x55] [error] method DESCRIBE failed: 401 Unauthorized", UpstreamFault.Refused, "user and a password")]
    [InlineData("[error] rtsp://…: Server returned 404 Not Found", UpstreamFault.Refused, "no such stream")]
    [InlineData("[tcp @ 0x55] [error] Connection to tcp://… failed: Connection refused", UpstreamFault.Unreachable, "Nothing listens")]
    [InlineData("[error] rtmp://…: Connection timed out", UpstreamFault.Unreachable, "in time")]
    [InlineData("[error] Server error: NetStream.Play.StreamNotFound", UpstreamFault.Refused, "no such stream")]
    [InlineData("[libsrt @ 0x55] [error] Connection to srt://… failed: Connection setup failure: connection timed out", UpstreamFault.Unreachable, "SRT")]
    [InlineData("[error] Protocol 'file' not on whitelist 'http,tcp'!", UpstreamFault.Unsupported, "isn't allowed")]
    [InlineData("[fatal] Unknown input format: 'dash'", UpstreamFault.Unsupported, "built without")]
    [InlineData("[error] x: Invalid data found when processing input", UpstreamFault.NotTransportStream, "no stream of this kind")]
    [InlineData("ffmpeg is not installed or can't be started; on Debian: …", UpstreamFault.Unsupported, "apt-get install ffmpeg")]
    public void Known_words_become_a_sentence(string words, UpstreamFault fault, string sentence)
    {
        var known = RemuxFault.Of("RTSP", ["[warning] something before", words]);

        Assert.Equal(fault, known.Fault);
        Assert.Contains(sentence, known.Message, StringComparison.Ordinal);
        Assert.StartsWith("RTSP: ", known.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_words_are_told_as_they_are()
    {
        Assert.Equal("SRT: ffmpeg ended: [error] something new", RemuxFault.Of("SRT", ["[error] something new"]).Message);
        Assert.Equal(UpstreamFault.Ended, RemuxFault.Of("SRT", []).Fault);
    }
}
