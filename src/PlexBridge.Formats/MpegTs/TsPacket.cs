namespace PlexBridge.Formats.MpegTs;

/// <summary>
/// A view of one 188-byte transport packet (ISO/IEC 13818-1, 2.4.3). Reads only, allocates nothing; every getter is
/// safe on malformed bytes, which show as an empty payload and cleared flags.
/// </summary>
public readonly ref struct TsPacket
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Looks at the first 188 of the given bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 188 bytes.</exception>
    public TsPacket(ReadOnlySpan<byte> bytes) => _bytes = bytes[..TsConstants.PacketSize];

    /// <summary>The 188 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The packet begins with 0x47.</summary>
    public bool HasSync => _bytes[0] == TsConstants.SyncByte;

    /// <summary>A receiver before us found the packet damaged (transport_error_indicator).</summary>
    public bool HasError => (_bytes[1] & 0x80) != 0;

    /// <summary>A PES packet or a PSI section begins in the payload (payload_unit_start_indicator).</summary>
    public bool StartsUnit => (_bytes[1] & 0x40) != 0;

    /// <summary>Packet identifier, 0 to 0x1FFF.</summary>
    public int Pid => ((_bytes[1] & 0x1F) << 8) | _bytes[2];

    /// <summary>Stuffing: PID 0x1FFF.</summary>
    public bool IsNull => Pid == TsConstants.NullPid;

    /// <summary>transport_scrambling_control: 0 is clear, 2 and 3 are the even and odd key.</summary>
    public int Scrambling => _bytes[3] >> 6;

    /// <summary>The control bits announce an adaptation field.</summary>
    public bool HasAdaptation => (_bytes[3] & 0x20) != 0;

    /// <summary>The control bits announce a payload; only such packets advance the continuity counter.</summary>
    public bool HasPayload => (_bytes[3] & 0x10) != 0;

    /// <summary>Continuity counter, 0 to 15.</summary>
    public int ContinuityCounter => _bytes[3] & 0x0F;

    /// <summary>Length byte of the adaptation field, 0 to 183; 0 without one.</summary>
    public int AdaptationLength => HasAdaptation ? Math.Min(_bytes[4], (byte)183) : 0;

    /// <summary>Where the payload starts; 188 when there is none.</summary>
    public int PayloadOffset =>
        !HasPayload ? TsConstants.PacketSize : HasAdaptation ? Math.Min(5 + _bytes[4], TsConstants.PacketSize) : 4;

    /// <summary>The payload; empty when there is none or the adaptation field leaves no room.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[PayloadOffset..];

    /// <summary>discontinuity_indicator: counter or clock may jump here.</summary>
    public bool IsDiscontinuity => (AdaptationFlags & 0x80) != 0;

    /// <summary>random_access_indicator. Optional and unreliable from IPTV sources; see <see cref="RandomAccessDetector"/>.</summary>
    public bool IsRandomAccess => (AdaptationFlags & 0x40) != 0;

    /// <summary>A programme clock reference is carried.</summary>
    public bool HasPcr => (AdaptationFlags & 0x10) != 0 && _bytes[4] >= 7;

    private int AdaptationFlags => HasAdaptation && _bytes[4] != 0 ? _bytes[5] : 0;

    /// <summary>Reads the programme clock reference.</summary>
    /// <param name="ticks">27 MHz ticks, 0 to 2^33 x 300 - 1; its 90 kHz base is <c>ticks / 300</c>.</param>
    public bool TryReadPcr(out long ticks)
    {
        ticks = 0;
        if (!HasPcr)
            return false;
        var basis = ((long)_bytes[6] << 25) | ((long)_bytes[7] << 17) | ((long)_bytes[8] << 9) | ((long)_bytes[9] << 1) | (long)(_bytes[10] >> 7);
        var extension = ((_bytes[10] & 1) << 8) | _bytes[11];
        ticks = (basis * 300) + extension;
        return true;
    }
}
