using PlexBridge.Channels;

namespace PlexBridge.Tests.Channels;

public sealed class ChannelNumberTests
{
    [Theory]
    [InlineData("5", "5")]
    [InlineData("5.1", "5.1")]
    [InlineData(" 007 ", "7")]
    [InlineData("5.0", "5")]
    [InlineData("5-1", "5.1")]
    [InlineData("5.10", "5.10")]
    [InlineData("9999999.9999", "9999999.9999")]
    public void What_sources_write_is_understood(string written, string expected) =>
        Assert.Equal(expected, ChannelNumber.Parse(written).ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("5.")]
    [InlineData(".5")]
    [InlineData("5.1.2")]
    [InlineData("5_1")]
    [InlineData("5,1")]
    [InlineData("+5")]
    [InlineData("5 1")]
    [InlineData("1e3")]
    [InlineData("10000000")]
    [InlineData("99999999999999999999")]
    [InlineData("1.10000")]
    [InlineData("٣")]
    public void Anything_else_is_no_number(string? written) => Assert.False(ChannelNumber.TryParse(written, out _));

    [Fact]
    public void Every_number_survives_being_written_and_read()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var number = Some(random);

            Assert.Equal(number, ChannelNumber.Parse(number.ToString()));
            Assert.DoesNotContain('_', number.ToString());
        }
    }

    [Fact]
    public void Order_is_that_of_the_parts()
    {
        var random = new Random(2);
        for (var i = 0; i < 10_000; i++)
        {
            var (left, right) = (Some(random), Some(random));

            Assert.Equal((left.Major, left.Minor).CompareTo((right.Major, right.Minor)), left.CompareTo(right));
            Assert.Equal(-Math.Sign(left.CompareTo(right)), Math.Sign(right.CompareTo(left)));
        }

        Assert.True(ChannelNumber.Parse("5.9") < ChannelNumber.Parse("5.10"));
        Assert.True(ChannelNumber.Parse("5") < ChannelNumber.Parse("5.1"));
        Assert.True(ChannelNumber.Parse("9") < ChannelNumber.Parse("10"));
    }

    [Fact]
    public void Rubbish_never_throws()
    {
        var random = new Random(3);
        const string letters = "0123456789.-_ +٣\0x,";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Create(random.Next(12), random, (span, source) =>
            {
                foreach (ref var letter in span) letter = letters[source.Next(letters.Length)];
            });

            if (ChannelNumber.TryParse(text, out var number)) Assert.Equal(number, ChannelNumber.Parse(number.ToString()));
        }
    }

    private static ChannelNumber Some(Random random) =>
        new(random.Next(1, random.Next(2) == 0 ? 100 : ChannelNumber.MaxMajor + 1), random.Next(2) == 0 ? 0 : random.Next(ChannelNumber.MaxMinor + 1));
}
