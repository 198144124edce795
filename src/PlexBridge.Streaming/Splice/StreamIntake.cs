using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming.Splice;

/// <summary>How a connection's bytes are taken in.</summary>
/// <param name="RandomAccessWait">How long after the first unit a random-access point may take before any unit will do.</param>
/// <param name="HoldsWholeUnits">True where bytes come in bursts: open units are held back however long they take. False for live ones, where holding back costs delay.</param>
/// <param name="IsSame">True when the stream is the one that made the relay's layout.</param>
internal readonly record struct IntakeOptions(TimeSpan RandomAccessWait, bool HoldsWholeUnits, bool IsSame);

/// <summary>
/// One connection's way into the relay's stream: finds the packets, follows the tables, waits for a point where a
/// decoder can start, lays the connection's time line onto the relay's there, and marks every further such point, so that
/// viewers can join. Until then nothing passes.
/// </summary>
/// <remarks>Belongs to the relay's pump; made anew for every connection.</remarks>
internal sealed class StreamIntake(SpliceOutput output, TimeProvider time, IntakeOptions options)
{
    /// <summary>Radio and video without any key picture: how often a joiner may come in.</summary>
    private const long PlainJoinInterval = TsConstants.PcrFrequency;

    /// <summary>A clock that goes further in one step, or back by more than jitter, is another clock.</summary>
    private const long LargestStep = TsConstants.PcrFrequency;
    private const long LargestJitter = TsConstants.PcrFrequency / 10;

    /// <summary>How far decoding times may run before the clock, or behind it, on one time line.</summary>
    private const long LongestLead = 10 * TsConstants.TimestampFrequency;
    private const long LongestLag = TsConstants.TimestampFrequency;

    /// <summary>A picture's times that go back again within so many units do so by habit.</summary>
    private const int OrderedUnits = 50;

    private const int MostHeld = 80;
    private const long MostHeldBack = 4 << 20;

    /// <summary>How long a live source's open unit is held back: enough for one that comes in one go, too little to be felt.</summary>
    private static readonly TimeSpan LiveHold = TimeSpan.FromMilliseconds(10);

    /// <summary>A clock that no unit fits to for this long is ignored.</summary>
    private static readonly TimeSpan ClockPatience = TimeSpan.FromSeconds(1);

    private readonly TsFramer _framer = new();
    private readonly ProgramTracker _tracker = new();
    private readonly byte[] _held = new byte[MostHeld * TsConstants.PacketSize];
    private readonly IntakeRoute?[] _routes = new IntakeRoute?[TsConstants.PidCount];
    private List<IntakeRoute> _all = [];
    private RandomAccessDetector? _detector;
    private IntakeRoute? _lead;
    private int _clockPid = TsConstants.NullPid;
    private int _mapPid = TsConstants.NullPid;
    private PesHeader _unit;
    private int _heldCount;
    private bool _isHolding;
    private long _firstUnitAt = -1;
    private long _joinAt = -1;
    private bool _isPlain;
    private bool _isLaid;
    private bool _isRepeated;
    private bool _isUnordered;
    private long _backAt = long.MinValue / 2;
    private bool _needsRandomAccess = true;
    private long _brokenAt;
    private bool _isLaidWithoutClock;
    private long _leadDecode = -1;
    private long _leadClock = -1;
    private long _scrambledAt = -1;
    private long _heldPosition = output.Position;
    private long _heldSince = time.GetTimestamp();

    /// <summary>True once packets have passed to the viewers.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>True while they do; false before the start and between a break and the point where the stream goes on.</summary>
    public bool IsPassing => _isLaid;

    /// <summary>True once a picture or sound has begun, start point or not.</summary>
    public bool HasSeenUnit => LeadUnits > 0;

    /// <summary>True when the bytes are no transport stream.</summary>
    public bool IsOther => _framer.State == TsFraming.NotTransportStream;

    /// <summary>True when picture or sound are of other types than the viewers were told.</summary>
    public bool HasOtherTypes { get; private set; }

    /// <summary>The programme's map, once known.</summary>
    public ProgramMap? Map => _tracker.Map;

    /// <summary>Set while nobody could join: the next unit, whatever it is, becomes a point to join at.</summary>
    public bool NeedsJoinPoint { get; set; }

    /// <summary>True once a packet was found at all.</summary>
    public bool HasPackets => _framer.PacketCount > 0;

    /// <summary>How many packets were scrambled.</summary>
    public long ScrambledPackets { get; private set; }

    /// <summary>How long the picture, or a radio channel's sound, has come scrambled.</summary>
    public TimeSpan ScrambledFor => _scrambledAt < 0 ? TimeSpan.Zero : time.GetElapsedTime(_scrambledAt);

    /// <summary>How many units of the picture, or of a radio channel's sound, have begun in the clear.</summary>
    public long LeadUnits { get; private set; }

    /// <summary>The source's newest clock value; -1 before the first.</summary>
    public long Clock { get; private set; } = -1;

    /// <summary>How often packets were missing, by the source's counters.</summary>
    public long ContinuityErrors { get; private set; }

    /// <summary>Takes bytes of any length, and publishes what of them can be published.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (_framer.Next(ref bytes) is { IsEmpty: false } packets)
            for (; !packets.IsEmpty; packets = packets[TsConstants.PacketSize..])
                if (!TryTakePlain(packets[..TsConstants.PacketSize]))
                    Take(packets[..TsConstants.PacketSize]);
        Publish();
    }

    /// <summary>
    /// The source announced that what follows is another piece: it goes on at the next random-access point, and what the
    /// piece before left open is dropped.
    /// </summary>
    public void Break()
    {
        if (!_isLaid)
            return;
        DropHeld();
        output.Abandon();
        Interrupt();
        _needsRandomAccess = true;
        _firstUnitAt = -1;
    }

    private void Publish()
    {
        var atLeast = -1L;
        if (!options.HoldsWholeUnits && _isLaid && _scrambledAt < 0 && time.GetElapsedTime(_heldSince) >= LiveHold)
        {
            atLeast = _heldPosition;
            _heldPosition = output.Position;
            _heldSince = time.GetTimestamp();
        }

        output.Publish(output.HeldBack > MostHeldBack ? output.Position : atLeast);
    }

    /// <summary>
    /// The packets that most of a stream consists of: the middle of a unit that has been decided upon, without anything to
    /// look at but PID and counter. What it takes goes the same way as in <see cref="Take"/>, for a third of the cost.
    /// </summary>
    private bool TryTakePlain(ReadOnlySpan<byte> packet)
    {
        if (_isHolding || !_isLaid || (packet[1] & 0xC0) != 0 || (packet[3] & 0xF0) != 0x10)
            return false;
        var pid = ((packet[1] & 0x1F) << 8) | packet[2];
        if (_routes[pid] is not { IsWaiting: false } route || pid == _mapPid || !route.CountNext(packet))
            return false;
        if (route != _lead)
            output.WritePlain(packet, route.Track);
        else if (_detector!.Verdict == AccessUnitVerdict.Undecided)
            TakeLead(packet);
        else if (!_isRepeated)
            output.WritePlain(packet, route.Track);
        return true;
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        var view = new TsPacket(packet);
        if (view.HasError || view.IsNull)
            return;
        if (_tracker.Feed(packet))
        {
            _mapPid = _tracker.Followed?.MapPid ?? TsConstants.NullPid;
            if (_tracker.Map is { Streams.IsEmpty: false } map)
                TakeMap(map);
        }

        var isClock = view.Pid == _clockPid && view.TryReadPcr(out _) && TakeClock(view);
        if (_routes[view.Pid] is not { } route)
        {
            WriteClock(view, isClock);
            return;
        }

        if (view.Scrambling != 0)
        {
            ScrambledPackets++;
            if (route == _lead && _scrambledAt < 0)
                _scrambledAt = time.GetTimestamp();
            return;
        }

        if (!route.Count(view, out var isGap))
            return;
        if (isGap)
            ContinuityErrors++;
        if (route == _lead)
        {
            TakeLead(packet);
            return;
        }

        WriteClock(view, isClock);
        if (_isHolding)
            Hold(packet);
        else
            Pass(packet, route);
    }

    private void TakeMap(ProgramMap map)
    {
        if (output.Fit(map, options.IsSame) is not { } places)
        {
            HasOtherTypes = true;
            return;
        }

        var before = _all;
        Array.Clear(_routes);
        _all = [];
        for (var index = 0; index < places.Length; index++)
        {
            if (places[index] is not { } track)
                continue;
            var pid = map.Streams[index].Pid;
            var route = before.Find(old => old.Pid == pid && old.Track == track) ?? new IntakeRoute(pid, track);
            _all.Add(route);
            _routes[pid] = route;
        }

        _clockPid = map.PcrPid;
        var lead = _all.Find(route => route.Track == output.Layout!.Lead);
        if (lead == _lead)
            return;
        // The first map, or one that moves the picture: that is a new beginning.
        Break();
        _lead = lead;
        _isPlain = !lead!.Track.Stream.Codec.IsVideo();
        _detector = new RandomAccessDetector(lead.Track.Stream.Codec);
    }

    /// <summary>Takes a value of the source's clock; false for one of another time line than the picture's.</summary>
    private bool TakeClock(in TsPacket view)
    {
        view.TryReadPcr(out var pcr);
        if (_isLaid && _isLaidWithoutClock && !IsOneLine(_leadDecode, pcr))
            return false;
        if (_isLaid && !_isLaidWithoutClock && Clock >= 0 && TsClock.Difference(pcr, Clock) is < -LargestJitter or > LargestStep)
            Jump();
        _isLaidWithoutClock = false;
        Clock = pcr;
        return true;
    }

    /// <summary>A clock value on a PID other than the lead's.</summary>
    private void WriteClock(in TsPacket view, bool isClock)
    {
        if (isClock && _isLaid && view.TryReadPcr(out var pcr))
            output.WriteClock(pcr);
    }

    /// <summary>A packet of the stream by which a decoder starts: the video, or the sound of a radio channel.</summary>
    private void TakeLead(ReadOnlySpan<byte> packet)
    {
        var view = new TsPacket(packet);
        if (view.StartsUnit)
        {
            FlushHeld();
            BeginUnit(view);
        }

        var verdict = _detector!.Feed(packet);
        if (!_isHolding)
        {
            Pass(packet, _lead!);
            return;
        }

        Hold(packet);
        if (_isHolding && _heldCount > 0 && verdict != AccessUnitVerdict.Undecided)
            Decide(verdict == AccessUnitVerdict.RandomAccess || IsPlainJoin());
    }

    private void BeginUnit(in TsPacket view)
    {
        _scrambledAt = -1;
        if (_firstUnitAt < 0)
            _firstUnitAt = time.GetTimestamp();
        _isHolding = true;
        if (!PesHeader.TryRead(view.Payload, out _unit))
            _unit = default;
        // A source that stands still sends the same moment over and over: that is no new picture.
        _isRepeated = _isLaid && _unit.DecodeTime is { } same && same == _leadDecode;
        if (_isRepeated)
            return;
        LeadUnits++;
        if (_unit.DecodeTime is not { } decode)
            return;
        // Its own times jump, and no clock has said so before.
        if (_isLaid && HasJumped(decode))
        {
            Jump();
            Clock = -1;
        }

        _leadDecode = decode;
        _leadClock = Clock;
    }

    /// <summary>Decoding times only grow; but some encoders write none, and presentation times go to and fro.</summary>
    private bool HasJumped(long decode)
    {
        var step = PesTimestamp.Difference(decode, _leadDecode);
        if (step is >= -LongestLag and <= 0)
        {
            _isUnordered |= LeadUnits - _backAt < OrderedUnits;
            _backAt = LeadUnits;
            return !_isUnordered;
        }

        // Pictures may be rare; but then the clock has gone on just as far.
        var passed = Clock >= 0 && _leadClock >= 0 ? TsClock.Difference(Clock, _leadClock) / 300 : 0;
        return step < 0 || step - passed > (Clock >= 0 && _leadClock >= 0 ? LongestLag : LongestLead);
    }

    /// <summary>
    /// Where no key pictures exist (radio) or none has come for too long (intra refresh), any unit will do, now and then.
    /// </summary>
    private bool IsPlainJoin()
    {
        if (_isLaid && NeedsJoinPoint)
            return true;
        if (!_isPlain && !_isLaid && time.GetElapsedTime(_firstUnitAt) >= options.RandomAccessWait)
            _isPlain = true;
        if (!_isPlain)
            return false;
        if (!_isLaid || _joinAt < 0 || output.Pcr < 0)
            return true;
        var since = TsClock.Difference(output.Pcr, _joinAt);
        return since is < 0 or >= PlainJoinInterval;
    }

    private void Decide(bool isRandomAccess)
    {
        // A new PAT may have taken the map away while the old picture still arrives.
        if (!_isLaid && (isRandomAccess || !_needsRandomAccess) && _tracker.Map is not null)
            Lay();
        if (_isLaid && isRandomAccess && !_isRepeated)
        {
            output.StartAtRandomAccess();
            NeedsJoinPoint = false;
            _joinAt = output.Pcr;
        }

        FlushHeld();
    }

    /// <summary>Lays the connection's time line onto the relay's, at the unit that is held.</summary>
    private void Lay()
    {
        var fits = Clock >= 0 && (_unit.DecodeTime is not { } decode || IsOneLine(decode, Clock));
        // After a jump the old line's last units may still arrive: they don't fit to the new clock.
        if (!fits && !_needsRandomAccess && Clock >= 0 && time.GetElapsedTime(_brokenAt) < ClockPatience)
            return;
        output.Anchor(_unit.DecodeTime, _unit.Pts, fits ? Clock : null, isContinuous: !_needsRandomAccess);
        _isLaidWithoutClock = !fits;
        _isLaid = HasStarted = true;
        _lead!.IsWaiting = false;
        _heldPosition = output.Position;
        _heldSince = time.GetTimestamp();
    }

    private static bool IsOneLine(long decode, long pcr) =>
        PesTimestamp.Difference(decode, PesTimestamp.Wrap(pcr / 300)) is >= -LongestLag and <= LongestLead;

    /// <summary>The source's times jump; the picture itself goes on.</summary>
    private void Jump()
    {
        Interrupt();
        _needsRandomAccess = false;
    }

    /// <summary>What comes next is on another time line.</summary>
    private void Interrupt()
    {
        _isLaid = false;
        _brokenAt = time.GetTimestamp();
        foreach (var route in _all)
            route.Interrupt();
    }

    private void Hold(ReadOnlySpan<byte> packet)
    {
        packet.CopyTo(_held.AsSpan(_heldCount * TsConstants.PacketSize));
        if (++_heldCount == MostHeld)
            FlushHeld();
    }

    private void FlushHeld()
    {
        for (var index = 0; index < _heldCount; index++)
        {
            var packet = _held.AsSpan(index * TsConstants.PacketSize, TsConstants.PacketSize);
            if (_routes[new TsPacket(packet).Pid] is { } route)
                Pass(packet, route);
        }

        DropHeld();
    }

    private void DropHeld()
    {
        _heldCount = 0;
        _isHolding = false;
    }

    private void Pass(ReadOnlySpan<byte> packet, IntakeRoute route)
    {
        if (!_isLaid)
            return;
        var view = new TsPacket(packet);
        if (view.StartsUnit && route != _lead)
            route.IsWaiting = !MayPass(view, route);
        if (!route.IsWaiting && !(_isRepeated && route == _lead))
            output.Write(packet, route.Track, route == _lead && view.Pid == _clockPid && (!_isLaidWithoutClock || !view.HasPcr));
    }

    /// <summary>A unit whose beginning was missed, or that lies on another time line, would only be an error for the decoder.</summary>
    private bool MayPass(in TsPacket view, IntakeRoute route)
    {
        if (!route.Track.IsTimed)
            return true;
        if (!PesHeader.TryRead(view.Payload, out var unit))
            return false;
        return unit.DecodeTime is not { } decode
            || (route.IsOnLine(decode, _leadDecode) && (route.IsWaiting ? output.MayResume(route.Track, decode) : output.IsNear(decode)));
    }
}
