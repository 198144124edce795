using System.Runtime.InteropServices;
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

    private const long VideoStep = TsConstants.TimestampFrequency / 25;
    private const long AudioStep = TsConstants.TimestampFrequency / 10;

    /// <summary>More units than are ever written and not yet published.</summary>
    private const int RememberedUnits = 64;

    /// <summary>So many of the last steps tell how long a unit lasts.</summary>
    private const int StepsThatCount = 8;

    private readonly Unit[] _units = new Unit[RememberedUnits];
    private readonly SoundLength? _sound;
    private int _count;
    private bool _resumes;
    private int? _missing;

    public SpliceTrack(int pid, ElementaryStream stream)
    {
        Stream = stream with { Pid = pid };
        Pid = pid;
        IsShown = stream.Codec.IsVideo() || stream.Codec.IsAudio();
        // Sections (private, DSM-CC, SCTE-35) have no PES heads.
        IsTimed = stream.StreamType is not (0x05 or 0x0A or 0x0B or 0x0C or 0x0D or 0x86);
        _sound = stream.Codec.IsAudio() ? new SoundLength(stream.Codec) : null;
    }

    /// <summary>What the map says of it, with the PID that it keeps.</summary>
    public ElementaryStream Stream { get; }

    public int Pid { get; }

    /// <summary>Picture or sound: what a splice must not overlap.</summary>
    public bool IsShown { get; }

    /// <summary>Its units carry timestamps.</summary>
    public bool IsTimed { get; }

    /// <summary>The counter of the next packet with payload.</summary>
    public int NextCounter { get; set; }

    /// <summary>Where in the writer the unit begins that isn't complete yet; -1 when there is none.</summary>
    public long OpenAt { get; private set; } = -1;

    /// <summary>Decoding time of the first unit since the clock last moved; -1 when there was none.</summary>
    public long ClockMark { get; set; } = -1;

    /// <summary>Decoding time of the newest unit, on the relay's line; null before the first.</summary>
    public long? Decode => _count > 0 ? Newest.Decode : null;

    /// <summary>Where the written units end in decoding time; null before the first.</summary>
    public long? DecodeEnd => _count > 0 ? PesTimestamp.Add(Newest.Decode, NewestLength) : null;

    /// <summary>Where they end in presentation time.</summary>
    public long? ShownEnd => _count > 0 ? PesTimestamp.Add(Newest.Shown, NewestLength) : null;

    private ref Unit Newest => ref _units[(_count - 1) % RememberedUnits];

    /// <summary>How long the newest unit lasts: by its frames where they can be read, else as long as the longest of the last.</summary>
    public long NewestLength
    {
        get
        {
            if (_count > 0 && Newest.Length > 0)
                return Newest.Length;
            var longest = 0L;
            for (var back = 0; back < Math.Min(Math.Min(_count, RememberedUnits), StepsThatCount); back++)
                longest = Math.Max(longest, _units[(_count - 1 - back) % RememberedUnits].Step);
            return longest > 0 ? longest : Stream.Codec.IsVideo() ? VideoStep : AudioStep;
        }
    }

    /// <summary>What comes next comes from elsewhere: the step to it says nothing about the length of a unit.</summary>
    public void Splice()
    {
        _resumes = true;
        OpenAt = -1;
    }

    /// <summary>Forgets the units that begin at or behind a position of the writer: they were taken back.</summary>
    public void TakeBack(long position)
    {
        for (var most = RememberedUnits - 1; most > 0 && _count > 0 && Newest.Position >= position; most--)
            _count--;
    }

    /// <summary>A unit begins at a position of the writer.</summary>
    public void Begin(long position, in PesHeader header, long offset)
    {
        OpenAt = IsShown || header.PacketLength > 0 ? position : -1;
        _missing = header.PacketLength == 0 ? null : header.PacketLength + 6;
        if (header.DecodeTime is not { } decode)
            return;
        decode = PesTimestamp.Add(decode, offset);
        var shown = PesTimestamp.Add(header.Pts ?? 0, offset);
        var step = _count > 0 && !_resumes ? PesTimestamp.Difference(decode, Newest.Decode) : 0;
        if (_count > 0 && PesTimestamp.Difference(Newest.Shown, shown) > 0)
            shown = Newest.Shown;
        _count++;
        Newest = new Unit(position, decode, shown, step is > 0 and <= LongestUnit ? step : 0, 0);
        _resumes = false;
    }

    /// <summary>A unit begins whose head can't be read.</summary>
    public void BeginUnknown() => OpenAt = -1;

    /// <summary>Some payload of the unit was written. Stuffing in a packet that doesn't begin a unit is how muxers end one.</summary>
    public void Continue(ReadOnlySpan<byte> payload, bool startsUnit, bool isStuffed)
    {
        if (_sound is not null)
        {
            _sound.Feed(payload, startsUnit);
            if (_count > 0)
                Newest.Length = _sound.Ticks;
        }

        if (OpenAt < 0)
            return;
        if (_missing is { } missing)
            _missing = missing - payload.Length;
        if (_missing is null ? isStuffed : _missing <= 0)
            OpenAt = -1;
    }

    /// <summary>A unit that was written.</summary>
    /// <param name="Position">Where it begins in the writer.</param>
    /// <param name="Decode">DTS on the relay's line.</param>
    /// <param name="Shown">The latest PTS so far.</param>
    /// <param name="Step">Ticks since the unit before it; 0 where that says nothing.</param>
    /// <param name="Length">Ticks its frames last; 0 where they can't be read.</param>
    [StructLayout(LayoutKind.Auto)]
    private record struct Unit(long Position, long Decode, long Shown, long Step, long Length);
}
