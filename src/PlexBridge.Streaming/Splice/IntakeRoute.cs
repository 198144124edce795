using System.Buffers.Binary;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming.Splice;

/// <summary>Where the packets of one PID of a connection go, and how well its counter counts.</summary>
internal sealed class IntakeRoute(int pid, SpliceTrack track)
{
    /// <summary>More identical packets in a row than this are no repetition: the source doesn't count.</summary>
    private const int MostRepeats = 2;

    private int _counter = -1;
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

    /// <summary>What comes next comes from elsewhere.</summary>
    public void Interrupt()
    {
        IsWaiting = true;
        _counter = -1;
        _repeats = 0;
    }
}
