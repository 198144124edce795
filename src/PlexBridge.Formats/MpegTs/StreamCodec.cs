namespace PlexBridge.Formats.MpegTs;

/// <summary>What an elementary stream carries, guessed from stream_type and descriptors.</summary>
public enum StreamCodec
{
    /// <summary>Not recognized.</summary>
    Unknown,

    /// <summary>MPEG-1 or MPEG-2 video.</summary>
    Mpeg2Video,

    /// <summary>MPEG-4 part 2 video.</summary>
    Mpeg4Video,

    /// <summary>H.264 / AVC.</summary>
    H264,

    /// <summary>H.265 / HEVC.</summary>
    Hevc,

    /// <summary>A video codec whose pictures are not looked into (VVC, VC-1, AVS, JPEG 2000 …).</summary>
    OtherVideo,

    /// <summary>MPEG-1 or MPEG-2 audio, layers I to III.</summary>
    MpegAudio,

    /// <summary>AAC in ADTS frames.</summary>
    Aac,

    /// <summary>AAC in LATM/LOAS frames.</summary>
    AacLatm,

    /// <summary>AC-3.</summary>
    Ac3,

    /// <summary>E-AC-3.</summary>
    Eac3,

    /// <summary>AC-4.</summary>
    Ac4,

    /// <summary>DTS in any variant.</summary>
    Dts,

    /// <summary>Opus.</summary>
    Opus,

    /// <summary>DVB subtitles (pictures).</summary>
    DvbSubtitles,

    /// <summary>DVB teletext.</summary>
    Teletext,

    /// <summary>ID3 tags as timed metadata.</summary>
    Id3,

    /// <summary>SCTE-35 splice commands.</summary>
    Scte35,

    /// <summary>Other sections or private bytes.</summary>
    Private,
}

/// <summary>Questions about codecs that the byte path asks.</summary>
public static class StreamCodecKinds
{
    /// <summary>The codec is video.</summary>
    public static bool IsVideo(this StreamCodec codec) => codec is >= StreamCodec.Mpeg2Video and <= StreamCodec.OtherVideo;

    /// <summary>The codec is audio.</summary>
    public static bool IsAudio(this StreamCodec codec) => codec is >= StreamCodec.MpegAudio and <= StreamCodec.Opus;

    /// <summary>The stream is carried in PES packets and meant to be shown or heard.</summary>
    public static bool IsShown(this StreamCodec codec) =>
        codec.IsVideo() || codec.IsAudio() || codec is StreamCodec.DvbSubtitles or StreamCodec.Teletext;
}
