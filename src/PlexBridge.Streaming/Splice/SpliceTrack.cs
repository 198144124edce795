using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming.Splice;

/// <summary>
/// One elementary stream of the relay's own stream: its fixed PID, its continuity counter, where on the time line it has
/// got to, and the unit that is being written. Whatever source delivers it, it stays the same stream.
/// </summary>
/// <remarks>Belongs to the relay's pump; not thread-safe.</remarks>
internal sealed class SpliceTrack
{
    /// <summary>A step between two units beyond this is a pause, not a length.</summary>
    private const long LongestUnit = TsConstants.TimestampFrequency;

    private const int RememberedSteps = 8;
    private const long VideoStep = TsConstants.TimestampFrequency / 25;
    private const long AudioStep = TsConstants.TimestampFrequency / 10;

    private readonly long[] _steps = new long[RememberedSteps];
    private int _stepCount;
    private long _decode;
    private long _shown;
    private bool _hasTime;
    private bool _resumes;
    private int? _missing;

    public SpliceTrack(int pid, ElementaryStream stream)
    {
        Stream = stream with { Pid = pid };
        Pid = pid;
        IsShown = stream.Codec.IsVideo() || stream.Codec.IsAudio();
        // Sections (private, DSM-CC, SCTE-35) have no PES heads.
        IsTimed = stream.StreamType is not (0x05 or 0x0A or 0x0B or 0x0C or 0x0D or 0x86);
    }

    /// <summary>What the map says of it, with the PID that it keeps.</summary>
    public ElementaryStream Stream { get; }

    public int Pid { get; }

    /// <summary>Picture or sound: its open unit is held back.</summary>
    public bool IsShown { get; }

    /// <summary>Its units carry timestamps.</summary>
    public bool IsTimed { get; }

    /// <summary>The counter of the next packet with payload.</summary>
    public int NextCounter { get; set; }

    /// <summary>Where in the writer the unit begins that isn't complete yet; -1 when there is none.</summary>
    public long OpenAt { get; private set; } = -1;

    /// <summary>Decoding time of the newest unit, on the relay's line; null before the first.</summary>
    public long? Decode => _hasTime ? _decode : null;

    /// <summary>Where the written units end in decoding time, on the relay's line; null before the first.</summary>
    public long? DecodeEnd => _hasTime ? PesTimestamp.Add(_decode, Step) : null;

    /// <summary>Where they end in presentation time.</summary>
    public long? ShownEnd => _hasTime ? PesTimestamp.Add(_shown, Step) : null;

    /// <summary>The longest of the last steps from unit to unit: with sound of varying length the safe guess of the last one's.</summary>
    private long Step
    {
        get
        {
            var longest = _stepCount == 0 ? (Stream.Codec.IsVideo() ? VideoStep : AudioStep) : 0;
            for (var index = 0; index < Math.Min(_stepCount, RememberedSteps); index++)
                longest = Math.Max(longest, _steps[index]);
            return longest;
        }
    }

    /// <summary>What comes next comes from elsewhere: the step to it says nothing about the length of a unit.</summary>
    public void Splice()
    {
        _resumes = true;
        OpenAt = -1;
    }

    /// <summary>A unit begins at a position of the writer.</summary>
    public void Begin(long position, in PesHeader header, long offset)
    {
        OpenAt = IsShown ? position : -1;
        _missing = header.PacketLength == 0 ? null : header.PacketLength + 6;
        if (header.DecodeTime is not { } decode)
            return;
        decode = PesTimestamp.Add(decode, offset);
        var shown = PesTimestamp.Add(header.Pts ?? 0, offset);
        if (_resumes)
            _stepCount = 0;
        else if (_hasTime && PesTimestamp.Difference(decode, _decode) is > 0 and <= LongestUnit and var step)
            _steps[_stepCount++ % RememberedSteps] = step;
        _resumes = false;
        _shown = !_hasTime || PesTimestamp.Difference(shown, _shown) > 0 ? shown : _shown;
        _decode = decode;
        _hasTime = true;
    }

    /// <summary>A unit begins whose head can't be read.</summary>
    public void BeginUnknown() => OpenAt = -1;

    /// <summary>Some payload of the unit was written. Stuffing in a packet that doesn't begin a unit is how muxers end one.</summary>
    public void Continue(int payload, bool isStuffed)
    {
        if (OpenAt < 0)
            return;
        if (_missing is { } missing)
            _missing = missing - payload;
        if (_missing is null ? isStuffed : _missing <= 0)
            OpenAt = -1;
    }
}
