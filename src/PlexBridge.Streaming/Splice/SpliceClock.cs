using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming.Splice;

/// <summary>
/// The relay's own time line: every connection's timestamps are moved onto it by one offset, so that a viewer sees one
/// clock over reconnects, discontinuities and failovers.
/// </summary>
/// <remarks>Belongs to the relay's pump; not thread-safe.</remarks>
internal sealed class SpliceClock
{
    /// <summary>Where the line begins: late enough that no decoder buffer reaches below zero, and 26 hours before it wraps.</summary>
    private const long Start = 10 * TsConstants.TimestampFrequency;

    /// <summary>The least step of the clock over a splice.</summary>
    private const long LeastStep = TsConstants.PcrFrequency / 100;

    private long _offset;

    /// <summary>The newest clock value that was written, in 27 MHz ticks of the line; -1 before the first.</summary>
    public long Pcr { get; private set; } = -1;

    /// <summary>A source's PTS or DTS on the line.</summary>
    public long Shift(long timestamp) => PesTimestamp.Add(timestamp, _offset);

    /// <summary>A source's clock value on the line.</summary>
    public long ShiftPcr(long pcr) => TsClock.Add(pcr, _offset * 300);

    /// <summary>How far timestamps are moved, in 90 kHz ticks.</summary>
    public long Offset => _offset;

    /// <summary>
    /// Lays a source's line onto ours: its unit with the given decoding time comes at the earliest place that is free, and
    /// not before the clock has moved on.
    /// </summary>
    /// <param name="decode">DTS of the first unit, on the source's line.</param>
    /// <param name="pcr">The source's clock at that unit; null while it has shown none.</param>
    /// <param name="earliest">Where everything written so far ends, on our line; null at the beginning.</param>
    public void Anchor(long decode, long? pcr, long? earliest)
    {
        _offset = PesTimestamp.Wrap((earliest ?? Start) - decode);
        if (pcr is not { } clock || Pcr < 0)
            return;
        // A source that decodes later after its clock than the one before would set the clock back: it starts later then.
        var step = TsClock.Difference(ShiftPcr(clock), Pcr);
        if (step < LeastStep)
            _offset = PesTimestamp.Wrap(_offset + ((LeastStep - step + 299) / 300));
    }

    /// <summary>Moves the clock to a value of our line and returns the one to write: never at or before the last.</summary>
    public long Advance(long pcr)
    {
        if (Pcr >= 0 && TsClock.Difference(pcr, Pcr) <= 0)
            pcr = TsClock.Add(Pcr, 1);
        return Pcr = pcr;
    }

    /// <summary>Sets the clock back to where it was before a tail that is taken back; to -1 when nothing is left.</summary>
    public void Return(long pcr) => Pcr = pcr;
}
