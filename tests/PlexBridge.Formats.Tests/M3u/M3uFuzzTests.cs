using System.Text;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.M3u;

public sealed class M3uFuzzTests
{
    private static readonly string[] Splinters =
        ["\"", "'", "=", ",", "|", "\r", "\n", "\0", "\uFEFF", "#EXTINF:", "#EXTGRP:", "#EXTM3U ", "tvg-id=\"", "http://", "|User-Agent=", "#EXTHTTP:{\"a\":", "\u00E9", "#KODIPROP:"];

    [Fact]
    public void Mutated_lists_read_the_same_however_they_are_cut()
    {
        var random = new Random(20261121);
        foreach (var seed in Directory.GetFiles(Path.Combine(TestPaths.Data, "m3u"), "*.m3u"))
        {
            var original = File.ReadAllBytes(seed);
            for (var round = 0; round < 40; round++)
            {
                var bytes = Mutate(original, random, round);

                var whole = Reading.Read(bytes);
                var cut = Reading.Read(bytes, () => random.Next(1, 1 + random.Next(1, 200)));

                Assert.Equal(M3uGoldenTests.Write(whole.Entries, whole.Summary), M3uGoldenTests.Write(cut.Entries, cut.Summary));
                Assert.All(whole.Entries, entry => Assert.NotEmpty(entry.Name));
            }
        }
    }

    [Fact]
    public void Byte_by_byte_is_the_same_as_at_once()
    {
        foreach (var seed in Directory.GetFiles(Path.Combine(TestPaths.Data, "m3u"), "*.m3u"))
        {
            var bytes = File.ReadAllBytes(seed);

            var whole = Reading.Read(bytes);
            var cut = Reading.Read(bytes, () => 1);

            Assert.Equal(M3uGoldenTests.Write(whole.Entries, whole.Summary), M3uGoldenTests.Write(cut.Entries, cut.Summary));
        }
    }

    [Fact]
    public void Noise_is_no_playlist_and_no_exception()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(0, 4000)];
            random.NextBytes(bytes);

            var (_, summary) = Reading.Read(bytes, () => random.Next(1, 900));

            Assert.Equal(bytes.Length, summary.Bytes);
        }
    }

    private static byte[] Mutate(byte[] original, Random random, int round)
    {
        var bytes = new List<byte>(original);
        for (var change = 0; change <= round / 4; change++)
        {
            var at = random.Next(0, bytes.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(0, 30), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Splinters[random.Next(Splinters.Length)]));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(0, 60), bytes.Count - at)));
                    break;
            }
        }
        return [.. bytes];
    }
}
