using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>What a <see cref="TsChecker"/> remembers of one PID.</summary>
internal sealed class TsPidCheck
{
    private readonly byte[] _last = new byte[TsConstants.PacketSize];
    private int _counter = -1;
    private bool _wasRepeated;

    public long Units { get; set; }
    public long? LastTime { get; set; }
    public long LastPacket { get; set; }
    public TimeSpan LastArrival { get; set; }

    /// <summary>The usual step of decoding times: the smallest so far.</summary>
    public long? Step { get; set; }

    public TimeSpan LongestGap { get; set; }
    public TsUnitCheck? Unit { get; set; }
    public int PreviousCounter { get; private set; } = -1;

    /// <summary>True when the counter goes on as it should: one up with payload, the same without, or one exact repetition.</summary>
    public bool TakeCounter(in TsPacket packet, bool excused)
    {
        PreviousCounter = _counter;
        var isFirst = _counter < 0;
        var isSame = packet.ContinuityCounter == _counter;
        var isRepetition = isSame && packet.HasPayload && !_wasRepeated && packet.Bytes.SequenceEqual(_last);
        var isNext = packet.ContinuityCounter == ((_counter + 1) & 0x0F);
        _wasRepeated = isRepetition;
        _counter = packet.ContinuityCounter;
        packet.Bytes.CopyTo(_last);
        return isFirst || excused || isRepetition || (packet.HasPayload ? isNext : isSame);
    }

    public void ForgetTime() => LastTime = null;
}
