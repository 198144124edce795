using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming;

/// <summary>What is shown of a session at one moment.</summary>
/// <param name="Id">The session's short name.</param>
/// <param name="ChannelNumber">Number of the channel.</param>
/// <param name="ChannelName">Name of the channel.</param>
/// <param name="Viewer">The viewer's IP address.</param>
/// <param name="UserAgent">What the viewer's program calls itself.</param>
/// <param name="Tuner">Index of its tuner, from 0.</param>
/// <param name="Started">When the viewer asked.</param>
/// <param name="Bytes">Bytes the viewer has taken.</param>
/// <param name="BitsPerSecond">The source's present rate.</param>
/// <param name="VideoCodec">As an HDHomeRun names it (H264, HEVC, MPEG2); null for radio or while unknown.</param>
/// <param name="AudioCodec">As an HDHomeRun names it (AAC, AC3, MPEG); null while unknown.</param>
/// <param name="ViewersOfRelay">How many viewers share the upstream, this one included.</param>
/// <param name="Stream">Name of the stream in use.</param>
/// <param name="Kind">The way in: HTTP-TS, HLS, ffmpeg.</param>
/// <param name="State"><c>starting</c>, <c>live</c> or <c>reconnecting</c>.</param>
/// <param name="Skips">How many times the viewer was skipped ahead because it was too slow.</param>
public sealed record SessionSnapshot(
    string Id, string ChannelNumber, string ChannelName, string Viewer, string UserAgent, int Tuner, DateTimeOffset Started,
    long Bytes, long BitsPerSecond, string? VideoCodec, string? AudioCodec, int ViewersOfRelay, string Stream, string Kind, string State, int Skips)
{
    internal static SessionSnapshot Of(RelaySession session)
    {
        var relay = session.Relay;
        var picture = relay?.Picture ?? RelayPicture.None;
        return new SessionSnapshot(
            session.Id, session.Channel.Number, session.Channel.Name, session.Viewer.Address, session.Viewer.UserAgent,
            session.TunerIndex, session.Started, session.BytesSent, picture.BitsPerSecond, NameOf(picture.Video), NameOf(picture.Audio),
            relay?.SessionCount ?? 0, picture.Stream, picture.Kind, picture.State, session.Skips);
    }

    private static string? NameOf(StreamCodec? codec) => codec switch
    {
        null or StreamCodec.Unknown => null,
        StreamCodec.H264 => "H264",
        StreamCodec.Hevc => "HEVC",
        StreamCodec.Mpeg2Video => "MPEG2",
        StreamCodec.Aac or StreamCodec.AacLatm => "AAC",
        StreamCodec.Ac3 => "AC3",
        StreamCodec.Eac3 => "EAC3",
        StreamCodec.Ac4 => "AC4",
        StreamCodec.MpegAudio => "MPEG",
        _ => codec.ToString(),
    };
}

/// <summary>A tuner and who holds it.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Session">The session on it; null while it is free.</param>
public sealed record TunerSnapshot(int Index, SessionSnapshot? Session);

/// <summary>A change from one connection of a channel to the next that its viewers didn't have to notice.</summary>
/// <param name="At">When the new one delivered.</param>
/// <param name="From">Name of the stream that failed.</param>
/// <param name="To">Name of the stream that goes on; the same one after a reconnect.</param>
/// <param name="Reason">What was wrong, for a person, without a secret.</param>
public sealed record StreamSwitch(DateTimeOffset At, string From, string To, string Reason);
