using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>Pictures for a <see cref="TsGenerator"/>: true start codes and unit types around filler bytes.</summary>
public static class TsPictures
{
    /// <summary>One access unit of roughly this many bytes.</summary>
    public static byte[] Make(StreamCodec codec, bool isKey, long frame, int length, bool isOpen = false)
    {
        var head = codec switch
        {
            StreamCodec.H264 => isKey && isOpen ? H264OpenKey() : H264(isKey),
            StreamCodec.Hevc => Hevc(isKey),
            StreamCodec.Mpeg2Video => Mpeg2(isKey),
            _ => throw new NotSupportedException(codec.ToString()),
        };
        var unit = new byte[Math.Max(length, head.Length + 16 + TsStamp.Length)];
        head.CopyTo(unit, 0);
        unit.AsSpan(head.Length).Fill((byte)(0x80 + (frame & 0x3F)));
        return unit;
    }

    // x264's parameter sets of a 320x240 picture: enough for a demultiplexer to name size and profile.
    private static byte[] H264(bool isKey) => isKey
        ?
        [
            0, 0, 0, 1, 0x09, 0x10,
            0, 0, 0, 1, 0x67, 0x42, 0xC0, 0x0D, 0xD9, 0x01, 0x41, 0xFB, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0x20, 0xF1, 0x42, 0xA4, 0x80,
            0, 0, 0, 1, 0x68, 0xCB, 0x83, 0xCB, 0x20,
            0, 0, 0, 1, 0x65, 0x88, 0x84,
        ]
        : [0, 0, 0, 1, 0x09, 0x30, 0, 0, 0, 1, 0x41, 0x9A, 0x24];

    // A recovery point and an intra picture that is no IDR: where open groups of pictures are entered.
    private static byte[] H264OpenKey() =>
        [.. H264(isKey: true)[..^7], 0, 0, 0, 1, 0x06, 0x06, 0x01, 0xC4, 0x80, 0, 0, 0, 1, 0x61, 0x88, 0x84];

    private static byte[] Hevc(bool isKey) => isKey
        ?
        [
            0, 0, 0, 1, 0x46, 0x01, 0x10,
            0, 0, 0, 1, 0x40, 0x01, 0x0C, 0x01, 0xFF, 0xFF,
            0, 0, 0, 1, 0x42, 0x01, 0x01, 0x01, 0x60,
            0, 0, 0, 1, 0x44, 0x01, 0xC1, 0x72,
            0, 0, 0, 1, 0x26, 0x01, 0xAF,
        ]
        : [0, 0, 0, 1, 0x46, 0x01, 0x30, 0, 0, 0, 1, 0x02, 0x01, 0xD0];

    private static byte[] Mpeg2(bool isKey) => isKey
        ?
        [
            0, 0, 1, 0xB3, 0x14, 0x00, 0xF0, 0x13, 0xFF, 0xFF, 0xE0, 0x18,
            0, 0, 1, 0xB5, 0x14, 0x8A, 0x00, 0x01, 0x00, 0x00,
            0, 0, 1, 0xB8, 0x00, 0x08, 0x00, 0x40,
            0, 0, 1, 0x00, 0x00, 0x0F, 0xFF, 0xF8,
            0, 0, 1, 0x01, 0x12,
        ]
        : [0, 0, 1, 0x00, 0x00, 0x57, 0xFF, 0xFB, 0x80, 0, 0, 1, 0x01, 0x12];
}
