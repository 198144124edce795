namespace PlexBridge.Formats.MpegTs;

/// <summary>Names the codec of an elementary stream from its stream_type (ISO/IEC 13818-1, table 2-34; ATSC; SCTE) and descriptors (DVB).</summary>
internal static class StreamCodecGuess
{
    private const byte RegistrationDescriptor = 0x05;

    public static StreamCodec Of(byte streamType, ReadOnlySpan<byte> descriptors) => streamType switch
    {
        0x01 or 0x02 => StreamCodec.Mpeg2Video,
        0x03 or 0x04 => StreamCodec.MpegAudio,
        0x06 => OfPrivate(descriptors),
        0x0F => StreamCodec.Aac,
        0x10 => StreamCodec.Mpeg4Video,
        0x11 or 0x1C => StreamCodec.AacLatm,
        0x15 => StreamCodec.Id3,
        0x1B or 0x1F or 0x20 => StreamCodec.H264,
        0x21 or 0x32 or 0x33 or 0x42 or 0xD1 or 0xD2 or 0xEA => StreamCodec.OtherVideo,
        0x24 or 0x25 => StreamCodec.Hevc,
        0x81 => StreamCodec.Ac3,
        0x82 or 0x85 or 0x8A => StreamCodec.Dts,
        0x84 or 0x87 => StreamCodec.Eac3,
        0x86 => StreamCodec.Scte35,
        0x05 or (>= 0x80 and <= 0xFF) => StreamCodec.Private,
        _ => StreamCodec.Unknown,
    };

    private static StreamCodec OfPrivate(ReadOnlySpan<byte> descriptors)
    {
        foreach (var descriptor in new Descriptors(descriptors))
        {
            var codec = descriptor.Tag switch
            {
                0x56 => StreamCodec.Teletext,
                0x59 => StreamCodec.DvbSubtitles,
                0x6A => StreamCodec.Ac3,
                0x7A => StreamCodec.Eac3,
                0x7B => StreamCodec.Dts,
                0x7C => StreamCodec.Aac,
                0x7F when descriptor.Body is [0x15, ..] => StreamCodec.Ac4,
                RegistrationDescriptor => OfRegistration(descriptor.Body),
                _ => StreamCodec.Unknown,
            };
            if (codec != StreamCodec.Unknown)
                return codec;
        }

        return StreamCodec.Private;
    }

    private static StreamCodec OfRegistration(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("AC-3"u8))
            return StreamCodec.Ac3;
        if (body.StartsWith("EAC3"u8))
            return StreamCodec.Eac3;
        if (body.StartsWith("AC-4"u8))
            return StreamCodec.Ac4;
        if (body.StartsWith("Opus"u8))
            return StreamCodec.Opus;
        if (body.StartsWith("HEVC"u8))
            return StreamCodec.Hevc;
        if (body.StartsWith("VC-1"u8))
            return StreamCodec.OtherVideo;
        return body.StartsWith("DTS"u8) ? StreamCodec.Dts : StreamCodec.Unknown;
    }
}
