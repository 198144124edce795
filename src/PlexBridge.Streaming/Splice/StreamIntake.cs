using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming.Splice;

/// <summary>
/// One connection's way into the relay's stream: finds the packets, follows the tables, waits for a point where a
/// decoder can start, and marks every further one, so that viewers can join there. Until then nothing passes.
/// </summary>
/// <remarks>Belongs to the relay's pump; made anew for every connection.</remarks>
internal sealed class StreamIntake(SpliceOutput output, TimeProvider time, TimeSpan randomAccessWait)
{
    /// <summary>Radio and video without any key picture: how often a joiner may come in.</summary>
    private const long PlainJoinInterval = TsConstants.PcrFrequency;

    private const int MostHeld = 80;

    private readonly TsFramer _framer = new();
    private readonly ProgramTracker _tracker = new();
    private readonly byte[] _held = new byte[MostHeld * TsConstants.PacketSize];
    private readonly PidKind[] _pids = new PidKind[TsConstants.PidCount];
    private RandomAccessDetector? _detector;
    private int _leadPid = -1;
    private int _heldCount;
    private bool _isHolding;
    private long _firstUnitAt;
    private long _joinAt = -1;
    private bool _isPlain;

    private enum PidKind : byte
    {
        /// <summary>No part of the programme.</summary>
        Dropped,

        /// <summary>Part of it, still before the first whole unit.</summary>
        Waiting,

        /// <summary>Part of it.</summary>
        Passed,
    }

    /// <summary>True once packets pass to the viewers.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>True once a picture or sound has begun, start point or not.</summary>
    public bool HasSeenUnit { get; private set; }

    /// <summary>True when the bytes are no transport stream.</summary>
    public bool IsOther => _framer.State == TsFraming.NotTransportStream;

    /// <summary>The programme's map, once known.</summary>
    public ProgramMap? Map => _tracker.Map;

    /// <summary>Set while nobody could join: the next unit, whatever it is, becomes a point to join at.</summary>
    public bool NeedsJoinPoint { get; set; }

    /// <summary>True once a packet was found at all.</summary>
    public bool HasPackets => _framer.PacketCount > 0;

    /// <summary>How many packets were scrambled.</summary>
    public long ScrambledPackets { get; private set; }

    /// <summary>Takes bytes of any length, and publishes what of them can be published.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (_framer.Next(ref bytes) is { IsEmpty: false } packets)
            for (; !packets.IsEmpty; packets = packets[TsConstants.PacketSize..])
                Take(packets[..TsConstants.PacketSize]);
        output.Publish();
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        var view = new TsPacket(packet);
        if (view.HasError || view.IsNull)
            return;
        if (_tracker.Feed(packet) && _tracker is { Map: { } map, Followed: { } program })
            TakeMap(program, map);
        if (_pids[view.Pid] == PidKind.Dropped)
            return;
        if (view.Scrambling != 0)
        {
            ScrambledPackets++;
            // Before the start it is nothing to start with; afterwards it is the source's word, gaps and all.
            if (!HasStarted)
                return;
        }

        if (view.Pid == _leadPid)
            TakeLead(packet);
        else if (_isHolding)
            Hold(packet);
        else
            Pass(packet);
    }

    private void TakeMap(ProgramEntry program, ProgramMap map)
    {
        foreach (var stream in map.Streams)
            if (_pids[stream.Pid] == PidKind.Dropped)
                _pids[stream.Pid] = PidKind.Waiting;
        if (map.PcrPid != TsConstants.NullPid && _pids[map.PcrPid] == PidKind.Dropped)
            _pids[map.PcrPid] = PidKind.Passed;

        var lead = map.Video ?? map.Audio ?? map.Streams.FirstOrDefault();
        if (lead is not null && lead.Pid != _leadPid)
        {
            _leadPid = lead.Pid;
            _isPlain = map.Video is null;
            _detector = new RandomAccessDetector(lead.Codec);
        }

        if (HasStarted)
            output.SetTables(program, map);
    }

    /// <summary>A packet of the stream by which a decoder starts: the video, or the sound of a radio channel.</summary>
    private void TakeLead(ReadOnlySpan<byte> packet)
    {
        var view = new TsPacket(packet);
        if (view.StartsUnit)
        {
            FlushHeld();
            if (!HasSeenUnit)
            {
                HasSeenUnit = true;
                _firstUnitAt = time.GetTimestamp();
            }

            _isHolding = true;
        }

        var verdict = _detector!.Feed(packet);
        if (!_isHolding)
        {
            Pass(packet);
            return;
        }

        Hold(packet);
        if (_isHolding && _heldCount > 0 && verdict != AccessUnitVerdict.Undecided)
            Decide(verdict == AccessUnitVerdict.RandomAccess || IsPlainJoin());
    }

    /// <summary>
    /// Where no key pictures exist (radio) or none has come for too long (intra refresh), any unit will do, now and then.
    /// </summary>
    private bool IsPlainJoin()
    {
        if (HasStarted && NeedsJoinPoint)
            return true;
        if (!_isPlain && !HasStarted && time.GetElapsedTime(_firstUnitAt) >= randomAccessWait)
            _isPlain = true;
        if (!_isPlain)
            return false;
        if (!HasStarted || _joinAt < 0 || output.Pcr < 0)
            return true;
        var since = TsClock.Difference(output.Pcr, _joinAt);
        return since is < 0 or >= PlainJoinInterval;
    }

    private void Decide(bool isRandomAccess)
    {
        if (isRandomAccess)
        {
            if (!HasStarted)
            {
                // A new PAT may have taken the map away while the old picture still arrives.
                if (_tracker is not { Followed: { } program, Map: { } map })
                {
                    _heldCount = 0;
                    _isHolding = false;
                    return;
                }

                HasStarted = true;
                output.Begin(program, map);
            }

            _pids[_leadPid] = PidKind.Passed;
            output.StartAtRandomAccess();
            NeedsJoinPoint = false;
            _joinAt = output.Pcr;
        }

        FlushHeld();
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
            Pass(_held.AsSpan(index * TsConstants.PacketSize, TsConstants.PacketSize));
        _heldCount = 0;
        _isHolding = false;
    }

    private void Pass(ReadOnlySpan<byte> packet)
    {
        if (!HasStarted)
            return;
        var view = new TsPacket(packet);
        ref var kind = ref _pids[view.Pid];
        if (kind == PidKind.Waiting)
        {
            // A unit whose beginning was missed would only be an error for the decoder; its clock is still good.
            if (!view.StartsUnit && !view.HasPcr)
                return;
            if (view.StartsUnit)
                kind = PidKind.Passed;
        }

        output.Write(packet);
    }
}
