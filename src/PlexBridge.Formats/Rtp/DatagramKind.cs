using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Formats.Rtp;

/// <summary>What a datagram of a stream is.</summary>
public enum DatagramKind
{
    /// <summary>Neither of the others: control packets, error correction, a transport stream cut without regard to packets.</summary>
    Other,

    /// <summary>Packets of a transport stream and nothing else.</summary>
    Plain,

    /// <summary>An RTP packet with a transport stream in it.</summary>
    Rtp,
}

/// <summary>Tells by its bytes what a datagram is; addresses say udp:// and rtp:// as they like.</summary>
public static class Datagram
{
    /// <summary>Looks at one datagram.</summary>
    /// <param name="datagram">All of it.</param>
    /// <param name="packet">Its head where it is RTP.</param>
    public static DatagramKind Classify(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.IsEmpty)
            return DatagramKind.Other;
        if (datagram[0] == TsConstants.SyncByte)
            return datagram.Length % TsConstants.PacketSize == 0 ? DatagramKind.Plain : DatagramKind.Other;
        if (!RtpPacket.TryRead(datagram, out packet) || packet.PayloadLength == 0)
            return DatagramKind.Other;
        var isTransportStream = packet.PayloadType is RtpPacket.TransportStream or >= RtpPacket.FirstDynamic
            && datagram[packet.PayloadStart] == TsConstants.SyncByte;
        return isTransportStream ? DatagramKind.Rtp : DatagramKind.Other;
    }
}
