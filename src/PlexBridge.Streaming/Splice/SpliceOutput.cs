using System.Collections.Immutable;
using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Buffers;

namespace PlexBridge.Streaming.Splice;

/// <summary>
/// The relay's own transport stream: what all its viewers get, whatever connection the packets come from. Its tables,
/// PIDs, continuity counters and time line go on over reconnects and failovers.
/// </summary>
/// <remarks>Belongs to the relay's pump; not thread-safe.</remarks>
internal sealed class SpliceOutput
{
    /// <summary>Tables and clock at least this often (ISO/IEC 13818-1 for the clock; ffmpeg's muxer and DVB's practice for the tables).</summary>
    private const long LongestInterval = TsConstants.PcrFrequency / 10;

    /// <summary>Between clock values of our own.</summary>
    private const long FillStep = TsConstants.PcrFrequency * 80 / 1000;

    /// <summary>So many clock values of our own at most with what one read brings: twice what <see cref="LongestFill"/> takes.</summary>
    private const int MostFilled = 250;

    /// <summary>More than a decoder buffer explains: the clock jumps instead of being filled up.</summary>
    private const long LongestFill = 10 * TsConstants.PcrFrequency;

    /// <summary>How far ahead of the clock a unit is decoded where the source has no clock.</summary>
    private const long AssumedLead = TsConstants.TimestampFrequency / 2;

    /// <summary>As much sound as a muxer sends at a time.</summary>
    private const long LongestBatch = TsConstants.PcrFrequency / 2;

    /// <summary>No muxer puts more sound than this into one unit: ffmpeg's waits 350 ms.</summary>
    private const long LongestSound = TsConstants.TimestampFrequency * 350 / 1000;

    /// <summary>Two time lines meet within a tick or two.</summary>
    private const long Rounding = 2;

    /// <summary>A unit further from the free place than this belongs to another time line.</summary>
    private const long LongestStray = 10 * TsConstants.TimestampFrequency;

    /// <summary>With tables ten times a second about 90 kbit/s: enough for every player's idle limit.</summary>
    private const int NullPackets = 4;

    private readonly PacketWriter _writer;
    private readonly SpliceClock _clock = new();
    private readonly Table _association = new(TsConstants.PatPid);
    private readonly Table _map = new(SpliceLayout.MapPid);
    private byte[] _resume = [];
    private long _tablesAt = -1;
    private long _clockStep;
    private bool _owesClock;
    private long _joinStart = -1;
    private long _joinEnd = -1;
    private long _anchor;
    private bool _hasBegun;
    private int _filled;

    public SpliceOutput(PacketWriter writer) => _writer = writer;

    /// <summary>True once viewers have tables and a picture or sound to start with.</summary>
    public bool HasStarted => _writer.Published > 0;

    /// <summary>What the stream consists of; null before the first source.</summary>
    public SpliceLayout? Layout { get; private set; }

    /// <summary>The newest clock value that went out, in 27 MHz ticks; -1 before the first.</summary>
    public long Pcr => _clock.Pcr;

    /// <summary>
    /// What a viewer that was skipped gets before the newest point to join at: one packet for each PID that announces the
    /// jump of its counter. Valid until the next such point.
    /// </summary>
    public ReadOnlySpan<byte> Resume => _resume;

    /// <summary>Fits a source in; the first one makes the layout.</summary>
    /// <returns>A track for each of its streams in order, null where it is left out; null altogether when its types are other ones.</returns>
    public ImmutableArray<SpliceTrack?>? Fit(ProgramMap source, bool isSame)
    {
        if (!_hasBegun)
            Layout = SpliceLayout.Of(source) ?? Layout;
        var places = Layout?.Fit(source, isSame);
        if (Layout is not null)
            WriteSections();
        return places;
    }

    /// <summary>
    /// Lays a connection's time line onto ours, at its first unit.
    /// </summary>
    /// <param name="decode">DTS of that unit; null where it has none.</param>
    /// <param name="shown">Its PTS; null where it has none.</param>
    /// <param name="pcr">The connection's newest clock value; null while it has shown none.</param>
    /// <param name="isContinuous">True when only the times jump: sound and picture go on side by side as before.</param>
    public void Anchor(long? decode, long? shown, long? pcr, bool isContinuous)
    {
        var first = decode ?? (pcr is { } clock ? PesTimestamp.Wrap((clock / 300) + AssumedLead) : 0);
        var written = Layout!.Lead.Decode;
        _clock.Anchor(first, pcr, isContinuous ? Layout.Lead.DecodeEnd : Earliest(PesTimestamp.Difference(shown ?? first, first)));
        _anchor = _clock.Shift(first);
        foreach (var track in Layout.Tracks)
            track.Splice();
        if (_owesClock)
        {
            _owesClock = false;
            WriteClockPacket(TsClock.Add(_clock.Pcr, 1));
        }
        else if (_tablesAt < 0 && HasStarted)
        {
            WriteTables();
        }

        // Without a clock of the source's the last distance between it and the picture is the best guess.
        var at = pcr is { } value ? _clock.ShiftPcr(value)
            : isContinuous && written is { } last && _clock.Pcr >= 0 ? TsClock.Add(_clock.Pcr, PesTimestamp.Difference(_anchor, last) * 300)
            : TsClock.Add(_anchor * 300, -AssumedLead * 300);
        if (_clock.Pcr < 0)
            _clock.Return(TsClock.Add(at, -1));
        else
            FillClock(TsClock.Add(at, -1));
    }

    /// <summary>Whether a timestamp lies where the stream is just now: another time line's doesn't.</summary>
    public bool IsNear(long decode) =>
        Math.Abs(PesTimestamp.Difference(_clock.Shift(decode), Layout!.Lead.DecodeEnd ?? _anchor)) < LongestStray;

    /// <summary>Whether a unit of a track that was interrupted, or hasn't begun, goes on without overlapping what was written.</summary>
    public bool MayResume(SpliceTrack track, long decode) =>
        PesTimestamp.Difference(_clock.Shift(decode), track.DecodeEnd ?? PesTimestamp.Add(_anchor, -LongestSound)) >= -Rounding && IsNear(decode);

    /// <summary>Starts a slice with tables: the packet that is written next is a random-access point.</summary>
    public void StartAtRandomAccess()
    {
        _hasBegun = true;
        _writer.StartAtRandomAccess();
        WriteResume();
        _joinStart = _writer.Position;
        WriteTables();
        _joinEnd = _writer.Position;
    }

    /// <summary>Writes a packet of a track, moved to the track's PID, counter and our time line.</summary>
    /// <param name="packet">As it came.</param>
    /// <param name="track">Where it belongs.</param>
    /// <param name="isClock">True when its clock value is the programme's and the track is the lead.</param>
    public void Write(ReadOnlySpan<byte> packet, SpliceTrack track, bool isClock)
    {
        var view = new TsPacket(packet);
        var hasClock = view.TryReadPcr(out var pcr);
        var isDue = hasClock && isClock && FollowClock(_clock.ShiftPcr(pcr));
        if (view.StartsUnit && track.IsShown)
            KeepClock(track, view.Payload);

        var position = _writer.Position;
        var copy = _writer.Next();
        packet.CopyTo(copy);
        TsPacketEdit.SetPid(copy, track.Pid);
        TsPacketEdit.SetContinuityCounter(copy, TakeCounter(track, view.HasPayload));
        TsPacketEdit.TrySetDiscontinuity(copy, false);
        if (hasClock)
            TsPacketEdit.TryWritePcr(copy, isClock ? _clock.Pcr : _clock.ShiftPcr(pcr));
        if (view.StartsUnit && track.IsTimed)
        {
            PesHeader.TryShift(copy[view.PayloadOffset..], _clock.Offset);
            if (PesHeader.TryRead(view.Payload, out var header))
                track.Begin(position, header, _clock.Offset);
            else
                track.BeginUnknown();
        }

        track.Continue(view.Payload, view.StartsUnit, view.AdaptationLength > 1 && !view.StartsUnit && !hasClock);
        if (isDue)
            WriteTables();
    }

    /// <summary>Writes a packet that has payload only and begins no unit: nothing but its PID and counter are to be moved.</summary>
    public void WritePlain(ReadOnlySpan<byte> packet, SpliceTrack track)
    {
        var copy = _writer.Next();
        packet.CopyTo(copy);
        TsPacketEdit.SetPid(copy, track.Pid);
        TsPacketEdit.SetContinuityCounter(copy, track.NextCounter);
        track.NextCounter = (track.NextCounter + 1) & 0x0F;
        if (track.OpenAt >= 0)
            track.Continue(packet[4..], startsUnit: false, isStuffed: false);
    }

    /// <summary>Writes a clock value that came on a PID of its own.</summary>
    public void WriteClock(long pcr)
    {
        pcr = _clock.ShiftPcr(pcr);
        if (TsClock.Difference(pcr, _clock.Pcr) > LongestInterval)
            FillClock(TsClock.Add(pcr, -1));
        WriteClockPacket(pcr);
    }

    /// <summary>Publishes what is complete: everything before the oldest unit that is still open.</summary>
    /// <param name="atLeast">A position up to which open units are let go too.</param>
    public void Publish(long atLeast)
    {
        _filled = 0;
        var upTo = _writer.Position;
        if (Layout is not null)
            foreach (var track in Layout.Tracks)
                if (track.OpenAt >= 0 && track.OpenAt < upTo)
                    upTo = track.OpenAt;
        // Tables that lead to a unit go out with it.
        if (upTo == _joinEnd)
            upTo = _joinStart;
        _writer.Publish(Math.Max(upTo, atLeast));
    }

    /// <summary>Bytes that were written and nobody has seen yet.</summary>
    public long HeldBack => _writer.Position - _writer.Published;

    /// <summary>Where the next packet comes to lie.</summary>
    public long Position => _writer.Position;

    /// <summary>The source broke off: units that it left open are taken back, as if they had never come.</summary>
    public void Abandon()
    {
        var seen = new HashSet<int>();
        var clock = -1L;
        _writer.TakeBack(packet =>
        {
            var view = new TsPacket(packet);
            if (clock < 0 && view.Pid == SpliceLayout.LeadPid && view.TryReadPcr(out var pcr))
                clock = pcr;
            if (view.HasPayload && seen.Add(view.Pid))
                ReturnCounter(view.Pid, view.ContinuityCounter);
        });
        // The first value that was taken back is written again by whoever goes on.
        if (!HasStarted)
            _clock.Return(-1);
        else if (clock >= 0)
            _clock.Return(TsClock.Add(clock, -1));
        _owesClock = HasStarted && (_owesClock || clock >= 0);
        _tablesAt = -1;
        _hasBegun = HasStarted;
        _joinStart = _joinEnd = -1;
        if (Layout is not null)
            foreach (var track in Layout.Tracks)
            {
                track.TakeBack(_writer.Published);
                track.Splice();
            }
    }

    /// <summary>
    /// Something for the viewers' connections while no source delivers: null packets, and tables unless a unit is held back.
    /// Never before they have tables and a picture: null packets first break the probing of some players.
    /// </summary>
    public void WriteKeepalive()
    {
        if (!HasStarted)
            return;
        Span<byte> nulls = stackalloc byte[NullPackets * TsConstants.PacketSize];
        for (var at = 0; at < nulls.Length; at += TsConstants.PacketSize)
            TsPacketEdit.WriteNull(nulls[at..]);
        if (_writer.Position == _writer.Published)
        {
            WriteTables();
            _writer.Publish(_writer.Position);
        }

        _writer.PublishAside(nulls);
    }

    /// <summary>Where everything written ends, as the decoding time of a unit that is shown a little later; null before the first unit.</summary>
    private long? Earliest(long reorder)
    {
        if (Layout!.Lead.DecodeEnd is not { } end)
            return null;
        var ahead = Layout.Lead.ShownEnd is { } shown ? Math.Max(0, PesTimestamp.Difference(shown, end) - reorder) : 0;
        foreach (var track in Layout.Tracks)
            if (track.IsShown && track != Layout.Lead && track.DecodeEnd is { } other)
                // Room for the unit of sound that surrounds the new beginning: without it, it would be silent for that long.
                ahead = Math.Max(ahead, PesTimestamp.Difference(other, end) + Math.Min(track.NewestLength, LongestSound));
        return PesTimestamp.Add(end, ahead);
    }

    /// <summary>Units tell how time goes on where the source's own clock is rare or missing.</summary>
    private void KeepClock(SpliceTrack track, ReadOnlySpan<byte> payload)
    {
        if (!PesHeader.TryRead(payload, out var header) || header.DecodeTime is not { } decode)
            return;
        decode = _clock.Shift(decode);
        var passed = PesTimestamp.Difference(decode, track.ClockMark) * 300;
        // Sound is sent in batches: only when it goes on for long without any picture does it tell the time.
        if (track.ClockMark < 0 || passed is < 0 or >= LongestFill)
            track.ClockMark = decode;
        else if (passed > (track == Layout!.Lead ? LongestInterval : LongestBatch))
        {
            FillClock(TsClock.Add(_clock.Pcr, passed));
            foreach (var other in Layout.Tracks)
                other.ClockMark = -1;
            track.ClockMark = decode;
        }
    }

    /// <summary>Follows the source's clock; one that left out more than it may is filled up first.</summary>
    private bool FollowClock(long pcr)
    {
        if (TsClock.Difference(pcr, _clock.Pcr) > LongestInterval)
            FillClock(TsClock.Add(pcr, -1));
        return AdvanceClock(pcr);
    }

    /// <summary>Moves the clock on; true when tables are due behind the packet that carries it.</summary>
    private bool AdvanceClock(long pcr)
    {
        if (_tablesAt >= 0 && TsClock.Difference(pcr, _tablesAt) > LongestInterval)
            WriteTables();
        var before = _clock.Pcr;
        pcr = _clock.Advance(pcr);
        var step = before < 0 ? 0 : TsClock.Difference(pcr, before);
        // One that hardly moves is no clock: the units go on telling the time then.
        if (step > 1)
            foreach (var track in Layout!.Tracks)
                track.ClockMark = -1;
        // Early enough that the value after this one isn't too late for them.
        var next = Math.Min(Math.Max(step, _clockStep), LongestInterval);
        _clockStep = step;
        return _tablesAt < 0 || TsClock.Difference(pcr, _tablesAt) + next > LongestInterval;
    }

    /// <summary>Clock values of our own up to a moment, so that neither they nor the tables are ever far apart.</summary>
    private void FillClock(long until)
    {
        if (TsClock.Difference(until, _clock.Pcr) > LongestFill)
            return;
        // A source whose clock runs away must not make us write more than it sends.
        while (TsClock.Difference(until, _clock.Pcr) > FillStep && _filled++ < MostFilled)
            WriteClockPacket(TsClock.Add(_clock.Pcr, FillStep));
        if (TsClock.Difference(until, _clock.Pcr) > 1)
            WriteClockPacket(until);
    }

    private void WriteClockPacket(long pcr)
    {
        var isDue = AdvanceClock(pcr);
        var lead = Layout!.Lead;
        TsPacketEdit.WriteClock(_writer.Next(), lead.Pid, (lead.NextCounter + 15) & 0x0F, _clock.Pcr);
        if (isDue)
            WriteTables();
    }

    private void WriteSections()
    {
        _association.Renew((section, version) =>
            PsiWriter.WriteAssociation(section, new ProgramAssociation(1, version, 0, 0, [new ProgramEntry(1, SpliceLayout.MapPid)])));
        _map.Renew((section, version) => PsiWriter.WriteMap(section, Layout!.Map with { Version = version }));
    }

    private void WriteResume()
    {
        var tracks = Layout!.Tracks;
        var length = (2 + tracks.Count) * TsConstants.PacketSize;
        if (_resume.Length != length)
            _resume = new byte[length];
        Announce(0, TsConstants.PatPid, _association.NextCounter);
        Announce(1, SpliceLayout.MapPid, _map.NextCounter);
        for (var index = 0; index < tracks.Count; index++)
            Announce(index + 2, tracks[index].Pid, tracks[index].NextCounter);

        void Announce(int place, int pid, int nextCounter) =>
            TsPacketEdit.WriteDiscontinuity(_resume.AsSpan(place * TsConstants.PacketSize), pid, (nextCounter + 15) & 0x0F);
    }

    private void WriteTables()
    {
        _association.WriteTo(_writer);
        _map.WriteTo(_writer);
        // While a clock value is owed, the last one that viewers saw is older than ours.
        _tablesAt = _owesClock ? -1 : _clock.Pcr;
    }

    /// <summary>Only packets with a payload advance the counter; the others repeat the one before (ISO/IEC 13818-1, 2.4.3.3).</summary>
    private static int TakeCounter(SpliceTrack track, bool hasPayload)
    {
        if (!hasPayload)
            return (track.NextCounter + 15) & 0x0F;
        var counter = track.NextCounter;
        track.NextCounter = (counter + 1) & 0x0F;
        return counter;
    }

    private void ReturnCounter(int pid, int counter)
    {
        if (pid == TsConstants.PatPid)
            _association.NextCounter = counter;
        else if (pid == SpliceLayout.MapPid)
            _map.NextCounter = counter;
        else if (Layout!.Tracks.FirstOrDefault(track => track.Pid == pid) is { } track)
            track.NextCounter = counter;
    }

    /// <summary>A table of the relay's own: its version moves with every change, whatever the sources count.</summary>
    private sealed class Table(int pid)
    {
        private byte[] _section = [];
        private int _version;
        private int _counter;

        public delegate int Write(Span<byte> section, int version);

        public int NextCounter
        {
            get => _counter;
            set => _counter = value;
        }

        public void Renew(Write write)
        {
            Span<byte> section = stackalloc byte[PsiWriter.LongestSection];
            var length = write(section, _version);
            if (_section.Length > 0 && !section[..length].SequenceEqual(_section))
            {
                _version = (_version + 1) & 0x1F;
                length = write(section, _version);
            }

            _section = section[..length].ToArray();
        }

        public void WriteTo(PacketWriter writer)
        {
            Span<byte> packets = stackalloc byte[TsConstants.PacketSize * 6];
            var length = PsiWriter.WritePackets(_section, pid, ref _counter, packets);
            for (var at = 0; at < length; at += TsConstants.PacketSize)
                packets.Slice(at, TsConstants.PacketSize).CopyTo(writer.Next());
        }
    }
}
