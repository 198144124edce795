using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>
/// How much of the stream's time passes between two copies of a table, each taken to be of the clock value before it.
/// Belongs to a <see cref="TsChecker"/>.
/// </summary>
internal sealed class TsTableCheck
{
    private long? _last;
    private long? _clock;
    private bool _wasSeen;

    /// <summary>The table begins in this packet.</summary>
    public void Seen() => _wasSeen = true;

    /// <summary>The clock has come to a value; gives the time without the table up to the value before, in ticks of the clock.</summary>
    public long Advance(long clock)
    {
        var before = _clock ?? clock;
        var age = TsClock.Difference(before, _last ?? before);
        _last = _wasSeen ? before : _last ?? before;
        _wasSeen = false;
        _clock = clock;
        return age;
    }

    public void Forget()
    {
        _last = _clock = null;
        _wasSeen = false;
    }
}
