using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>Sound for a <see cref="TsGenerator"/>: true frame heads around filler bytes.</summary>
public static class TsSounds
{
    private const int AacLength = 192;
    private const int MpegLength = 576;
    private const int Ac3Length = 768;

    /// <summary>Two silent AAC channels and the end of the frame, since ffmpeg wants to have decoded some; filler may follow.</summary>
    private static ReadOnlySpan<byte> SilentFrame => [0x21, 0x10, 0x04, 0x60, 0x8C, 0x1C];

    public static int SamplesPerFrame(StreamCodec codec) => codec switch
    {
        StreamCodec.MpegAudio => 1152,
        StreamCodec.Ac3 => 1536,
        _ => 1024,
    };

    public static byte StreamType(StreamCodec codec) => codec switch
    {
        StreamCodec.Aac => 0x0F,
        StreamCodec.MpegAudio => 0x03,
        StreamCodec.Ac3 => 0x81,
        _ => throw new NotSupportedException(codec.ToString()),
    };

    public static byte StreamId(StreamCodec codec) => codec == StreamCodec.Ac3 ? (byte)0xBD : (byte)0xC0;

    /// <summary>So many frames of 48 or 44.1 kHz sound.</summary>
    public static byte[] Make(StreamCodec codec, int sampleRate, int frames, long unit)
    {
        var isCd = sampleRate == 44_100;
        ReadOnlySpan<byte> head = codec switch
        {
            StreamCodec.MpegAudio => [0xFF, 0xFD, (byte)(isCd ? 0xA0 : 0xA4), 0x04],
            StreamCodec.Ac3 => [0x0B, 0x77, 0x11, 0x22, (byte)(isCd ? 0x54 : 0x14), 0x40],
            _ =>
            [
                0xFF, 0xF1, (byte)(isCd ? 0x50 : 0x4C), (byte)(0x80 | (AacLength >> 11)), (byte)(AacLength >> 3), (byte)(((AacLength & 7) << 5) | 0x1F), 0xFC,
            ],
        };
        var length = codec switch { StreamCodec.MpegAudio => MpegLength, StreamCodec.Ac3 => Ac3Length, _ => AacLength };
        var body = new byte[length * frames];
        body.AsSpan().Fill((byte)(0x20 + (unit & 0x0F)));
        for (var at = 0; at < body.Length; at += length)
        {
            head.CopyTo(body.AsSpan(at));
            if (codec == StreamCodec.Aac)
                SilentFrame.CopyTo(body.AsSpan(at + head.Length));
        }

        return body;
    }
}
