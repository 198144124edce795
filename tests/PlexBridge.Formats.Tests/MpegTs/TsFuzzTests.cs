using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.MpegTs;

public class TsFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_streams_never_throw(int seed)
    {
        var random = new Random(seed);
        var clean = new TsGenerator(new() { Video = seed % 2 == 0 ? StreamCodec.H264 : StreamCodec.Hevc, FramesPerGroup = 5, BitsPerSecond = 200_000 }).Frames(12);
        for (var round = 0; round < 300; round++)
            Digest(Mutate(random, clean), random);
    }

    [Fact]
    public void Noise_never_throws()
    {
        var random = new Random(99);
        var noise = new byte[20_000];
        for (var round = 0; round < 100; round++)
        {
            random.NextBytes(noise);
            for (var at = 0; at < noise.Length; at += 188)
                noise[at] = TsConstants.SyncByte;
            Digest(noise, random);
        }
    }

    [Fact]
    public void Mutated_sections_never_throw()
    {
        var random = new Random(7);
        var map = Convert.FromHexString("02b0170001c10000e100f0001be100f0000fe101f0002f44b99b");
        for (var round = 0; round < 20_000; round++)
        {
            var section = Mutate(random, map);
            if (section.Length >= 4)
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(section.AsSpan(section.Length - 4), Crc32Mpeg.Compute(section.AsSpan(0, section.Length - 4)));
            ProgramMap.Parse(section);
            if (section.Length > 0)
                section[0] = 0;
            ProgramAssociation.Parse(section);
            PesHeader.TryRead(section, out _);
            PesHeader.TryShift(section, round);
        }
    }

    private static void Digest(byte[] stream, Random random)
    {
        var framer = new TsFramer();
        var tracker = new ProgramTracker();
        RandomAccessDetector[] detectors = [new(StreamCodec.H264), new(StreamCodec.Hevc), new(StreamCodec.Mpeg2Video), new(StreamCodec.OtherVideo)];
        var checker = new TsChecker();
        for (var at = 0; at < stream.Length;)
        {
            var count = Math.Min(random.Next(1, 3000), stream.Length - at);
            ReadOnlySpan<byte> input = stream.AsSpan(at, count);
            at += count;
            for (var run = framer.Next(ref input); !run.IsEmpty; run = framer.Next(ref input))
            {
                checker.Feed(run);
                for (; !run.IsEmpty; run = run[188..])
                {
                    var packet = run[..188].ToArray();
                    tracker.Feed(packet);
                    foreach (var detector in detectors)
                        detector.Feed(packet);
                    TsPacketEdit.TrySetDiscontinuity(packet, true);
                    TsPacketEdit.TryWritePcr(packet, at);
                    PesHeader.TryShift(packet.AsSpan(new TsPacket(packet).PayloadOffset), at);
                }
            }
        }

        checker.Complete();
    }

    private static byte[] Mutate(Random random, byte[] clean)
    {
        var bytes = new List<byte>(clean);
        for (var change = random.Next(1, 12); change > 0 && bytes.Count > 1; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 300), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 300), bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }
}
