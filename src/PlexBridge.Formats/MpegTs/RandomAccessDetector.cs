namespace PlexBridge.Formats.MpegTs;

/// <summary>What is known of the access unit whose packets are arriving.</summary>
public enum AccessUnitVerdict
{
    /// <summary>Too little was seen; hold the packets back.</summary>
    Undecided,

    /// <summary>A decoder can start at the packet that began this unit.</summary>
    RandomAccess,

    /// <summary>A decoder cannot start here.</summary>
    Ordinary,
}

/// <summary>
/// Says at which PES packets of a video PID a decoder can start. Looks into the stream itself, because IPTV sources set
/// random_access_indicator as they please: H.264 by IDR, or by an intra picture marked as recovery point; HEVC by IRAP
/// pictures; MPEG-2 by a sequence header before an intra picture; each with the parameter sets it needs in the same unit.
/// Other codecs are judged by the indicator. A verdict mostly falls in the first packet of a unit.
/// Allocates nothing per packet. One thread at a time.
/// </summary>
public sealed class RandomAccessDetector
{
    // A unit's head (parameter sets, captions) is far shorter; beyond this, holding back costs more than it can win.
    private const int LongestSearch = 64 * (TsConstants.PacketSize - 4);

    private readonly StreamCodec _codec;
    private readonly PesBody _body = new();
    private readonly AccessUnitScan _scan;
    private bool _isInside;
    private int _searched;

    /// <summary>Makes a detector for one video PID.</summary>
    public RandomAccessDetector(StreamCodec codec)
    {
        _codec = codec;
        _scan = new AccessUnitScan(codec);
    }

    /// <summary>The verdict on the unit whose packets are arriving; Ordinary before the first.</summary>
    public AccessUnitVerdict Verdict { get; private set; } = AccessUnitVerdict.Ordinary;

    /// <summary>
    /// Takes the next packet of the PID and returns the verdict on the unit that it belongs to. A packet whose
    /// <see cref="TsPacket.StartsUnit"/> is set begins a new unit: the verdict is then about that one, and the one before
    /// it, if still undecided, was ordinary.
    /// </summary>
    public AccessUnitVerdict Feed(ReadOnlySpan<byte> packet)
    {
        var view = new TsPacket(packet);
        if (view.HasError || !view.HasPayload)
            return Verdict;
        if (view.StartsUnit)
            Begin(in view);
        if (!_isInside || Verdict != AccessUnitVerdict.Undecided)
            return Verdict;
        var bytes = _body.Take(view.Payload);
        if (_body.IsBroken || view.Scrambling != 0)
            return Verdict = AccessUnitVerdict.Ordinary;
        _searched += view.Payload.Length;
        Verdict = _scan.Feed(bytes);
        if (Verdict == AccessUnitVerdict.Undecided && _searched >= LongestSearch)
            Verdict = AccessUnitVerdict.Ordinary;
        return Verdict;
    }

    /// <summary>Forgets the unit at hand, as after lost packets.</summary>
    public void Reset()
    {
        _isInside = false;
        Verdict = AccessUnitVerdict.Ordinary;
    }

    private void Begin(in TsPacket packet)
    {
        _isInside = true;
        _searched = 0;
        _body.Begin();
        _scan.Begin(packet.IsRandomAccess);
        Verdict = _codec is StreamCodec.H264 or StreamCodec.Hevc or StreamCodec.Mpeg2Video ? AccessUnitVerdict.Undecided
            : packet.IsRandomAccess ? AccessUnitVerdict.RandomAccess
            : AccessUnitVerdict.Ordinary;
    }
}
