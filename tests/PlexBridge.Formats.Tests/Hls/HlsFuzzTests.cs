using PlexBridge.Formats.Hls;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.Hls;

public class HlsFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Mutated_playlists_never_throw(int seed)
    {
        var random = new Random(seed);
        foreach (var file in Directory.GetFiles(Path.Combine(TestPaths.Data, "hls"), "*.m3u8").Order(StringComparer.Ordinal))
        {
            var clean = File.ReadAllBytes(file);
            for (var round = 0; round < 1000; round++)
                Digest(Mutate(random, clean));
        }
    }

    private static void Digest(byte[] body)
    {
        if (!HlsPlaylist.TryParse(body, "https://cdn.example/live/index.m3u8?token=1", out var playlist, out var fault))
        {
            Assert.NotEmpty(fault);
            return;
        }

        if (playlist is HlsMasterPlaylist master)
        {
            Assert.Contains(HlsVariantChoice.Best(master).Variant, master.Variants);
            return;
        }

        var media = (HlsMediaPlaylist)playlist;
        Assert.InRange(media.IndexOfStart(), -1, media.Segments.Length - 1);
        Assert.True(media.NextSequence >= media.Segments.Length);
        Assert.True(media.TargetDuration > TimeSpan.Zero);
        _ = media.DrmName;
    }

    private static byte[] Mutate(Random random, byte[] clean)
    {
        var bytes = new List<byte>(clean);
        for (var change = random.Next(1, 10); change > 0 && bytes.Count > 8; change--)
        {
            var at = random.Next(random.Next(8) == 0 ? 0 : 7, bytes.Count);
            var length = Math.Min(random.Next(1, 60), bytes.Count - at);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)"0123456789,=\"@:{$}\n#-.x"[random.Next(23)];
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
            }
        }

        return [.. bytes];
    }
}
