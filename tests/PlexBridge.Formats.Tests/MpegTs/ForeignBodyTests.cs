using System.Text;
using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.MpegTs;

public class ForeignBodyTests
{
    [Theory]
    [InlineData("\uFEFF  <!DOCTYPE html>", "a web page")]
    [InlineData("#EXTM3U\n", "a playlist")]
    [InlineData("{\"error\":1}", "JSON")]
    [InlineData("\0\0\0\u0018ftypiso5", "an MP4 file")]
    [InlineData("GIF89a", "a picture")]
    [InlineData("ID3\u0004", "plain sound without a transport stream")]
    [InlineData("GGGG", null)]
    [InlineData("", null)]
    public void Bodies_are_called_by_name(string start, string? name)
    {
        Assert.Equal(name, ForeignBody.NameOf(Encoding.UTF8.GetBytes(start)));
    }

    [Fact]
    public void A_transport_stream_is_recognized()
    {
        Assert.Equal("a transport stream", ForeignBody.NameOf(new TsGenerator().Frames(1)));
    }
}
