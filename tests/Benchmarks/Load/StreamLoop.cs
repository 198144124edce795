using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks.Load;

/// <summary>
/// A valid transport stream that never ends: one lap of it in memory, renewed by each <see cref="StreamCursor"/> as it
/// goes round. Immutable, shared by all connections.
/// </summary>
internal sealed class StreamLoop
{
    /// <summary>The lap's length: pictures of 40 ms and sound of 85.3 ms end together every 32 s.</summary>
    public static readonly TimeSpan LapTime = TimeSpan.FromSeconds(32);

    /// <summary>So that tables, sound and packet heads make 8 Mbit/s of it.</summary>
    private const int VideoBitsPerSecond = 7_600_000;

    /// <summary>The PID of the picture.</summary>
    public const int VideoPid = 0x100;

    private readonly byte[] _lap;
    private readonly int[] _secondAt;

    /// <summary>Makes the lap, which takes a moment.</summary>
    public StreamLoop()
    {
        var generator = new TsGenerator(new TsGeneratorOptions { VideoPid = VideoPid, BitsPerSecond = VideoBitsPerSecond });
        var seconds = (int)LapTime.TotalSeconds;
        _secondAt = new int[seconds + 1];
        using var lap = new MemoryStream();
        for (var second = 0; second < seconds; second++)
        {
            lap.Write(generator.Seconds(1));
            _secondAt[second + 1] = (int)lap.Length;
        }

        _lap = lap.ToArray();
        FillPictures();
    }

    /// <summary>The whole lap.</summary>
    public ReadOnlySpan<byte> Lap => _lap;

    /// <summary>Payload packets of each PID in a lap: how far its continuity counter has come.</summary>
    public int[] Counts { get; } = new int[TsConstants.PidCount];

    /// <summary>The pace at which the stream plays.</summary>
    public double BytesPerSecond => _lap.Length / LapTime.TotalSeconds;

    /// <summary>Where a second of the lap begins, always with tables and a key picture.</summary>
    public int OffsetOf(int second) => _secondAt[second];

    /// <summary>Noise instead of the generator's filler, since a scan for start codes costs by what it meets.</summary>
    private void FillPictures()
    {
        var noise = new Random(1);
        for (var at = 0; at < _lap.Length; at += TsConstants.PacketSize)
        {
            var packet = new TsPacket(_lap.AsSpan(at));
            if (packet.HasPayload)
                Counts[packet.Pid]++;
            if (packet.Pid != VideoPid || packet.StartsUnit)
                continue;
            var payload = _lap.AsSpan(at + packet.PayloadOffset, packet.Payload.Length);
            noise.NextBytes(payload);
            // Never two zeros in a row, as a coder's emulation prevention would see to it.
            for (var index = 0; index < payload.Length; index++)
                if (payload[index] == 0 && (index == 0 || payload[index - 1] == 0))
                    payload[index] = 3;
        }
    }
}
