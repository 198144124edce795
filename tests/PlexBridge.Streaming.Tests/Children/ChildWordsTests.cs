using PlexBridge.Streaming.Children;

namespace PlexBridge.Streaming.Tests.Children;

public sealed class ChildWordsTests
{
    [Theory]
    [InlineData("[tcp] Connection to tcp://10.0.0.1:80?x=s3cret failed: Connection refused", "[tcp] Connection to tcp://… failed: Connection refused")]
    [InlineData("rtsp://alice:s3cret@cam/1: Invalid data", "rtsp://… Invalid data")]
    [InlineData("Opening 'http://h/u/p/1.ts' for reading", "Opening 'http://…' for reading")]
    [InlineData("key s3cret or S3CRET is wrong", "key … or … is wrong")]
    public void Addresses_and_secrets_are_taken_out(string line, string kept)
    {
        Assert.Equal(kept, new ChildWords(["s3cret", "a"]).Redact(line));
    }

    [Fact]
    public async Task A_flood_is_bounded()
    {
        var words = new ChildWords([]);

        await words.ReadAsync(new StringReader(string.Join('\n', Enumerable.Range(0, 1000)) + "\n" + new string('x', 1_000_000)));

        Assert.Equal(20, words.Lines.Count);
        Assert.Equal(300, words.Lines[^1].Length);
        Assert.Equal("999", words.Lines[^2]);
    }
}
