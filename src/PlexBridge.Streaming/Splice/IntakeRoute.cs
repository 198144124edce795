using System.Buffers.Binary;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming.Splice;

/// <summary>Where the packets of one PID of a connection go, and how well its counter counts.</summary>
internal sealed class IntakeRoute(int pid, SpliceTrack track)
{
    /// <summary>More identical packets in a row than this are no repetition: the source doesn't count.</summary>
    private const int MostRepeats = 2;

    /// <summary>A unit that moves against the picture by more than this belongs to another time line.</summary>
    private const long LongestDrift = TsConstants.TimestampFrequency;

    /// <summary>So many units in a row are no stray ones: the source goes on like that.</summary>
    private const int MostStrays = 24;

    private int _counter = -1;
    private long _decode = -1;
    private long _leadDecode;
    private int _strays;
    private UInt128 _tail;
    private int _repeats;

    public int Pid => pid;

    public SpliceTrack Track => track;

    /// <summary>True until a unit begins that goes on where the track stopped.</summary>
    public bool IsWaiting { get; set; } = true;

    /// <summary>Looks at a packet's counter.</summary>
    /// <param name="view">The packet.</param>
    /// <param name="isGap">True when packets are missing before it.</param>
    /// <returns>False for a packet that was sent twice (ISO/IEC 13818-1, 2.4.3.3): once is enough.</returns>
    public bool Count(in TsPacket view, out bool isGap)
    {
        isGap = false;
        if (!view.HasPayload)
            return true;
        var tail = BinaryPrimitives.ReadUInt128LittleEndian(view.Bytes[(TsConstants.PacketSize - 16)..]);
        var isSame = view.ContinuityCounter == _counter && tail == _tail;
        isGap = _counter >= 0 && !isSame && !view.IsDiscontinuity && view.ContinuityCounter != ((_counter + 1) & 0x0F);
        _counter = view.ContinuityCounter;
        _tail = tail;
        _repeats = isSame ? _repeats + 1 : 0;
        return !isSame || _repeats > MostRepeats;
    }

    /// <summary>
    /// The short way for a packet with payload that is just the next one; false, and nothing counted, where it isn't.
    /// </summary>
    public bool CountNext(ReadOnlySpan<byte> packet)
    {
        var counter = packet[3] & 0x0F;
        if (_counter < 0 || counter != ((_counter + 1) & 0x0F))
            return false;
        _counter = counter;
        _tail = BinaryPrimitives.ReadUInt128LittleEndian(packet[(TsConstants.PacketSize - 16)..]);
        _repeats = 0;
        return true;
    }

    /// <summary>
    /// Whether a unit goes on with its time as the picture does with its own. Sound of a new time line often comes before the
    /// picture or the clock tells that there is one.
    /// </summary>
    /// <param name="decode">DTS, on the source's line.</param>
    /// <param name="leadDecode">DTS of the picture's newest unit.</param>
    public bool IsOnLine(long decode, long leadDecode)
    {
        var step = PesTimestamp.Difference(decode, _decode);
        var drift = step - PesTimestamp.Difference(leadDecode, _leadDecode);
        if (_decode >= 0 && (step <= 0 || Math.Abs(drift) > LongestDrift) && ++_strays < MostStrays)
            return false;
        (_decode, _leadDecode, _strays) = (decode, leadDecode, 0);
        return true;
    }

    /// <summary>What comes next comes from elsewhere.</summary>
    public void Interrupt()
    {
        _decode = -1;
        _strays = 0;
        IsWaiting = true;
        _counter = -1;
        _repeats = 0;
    }
}
