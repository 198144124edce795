using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>What a <see cref="TsChecker"/> found wrong.</summary>
public enum TsFaultKind
{
    Sync,
    PartialPacket,
    TransportError,
    Scrambled,
    ReservedControl,
    Start,
    Continuity,
    TableInterval,
    MissingTables,
    PcrInterval,
    PcrJump,
    MissingPcr,
    TimestampBackwards,
    TimestampFarFromClock,
    ShownBeforeDecoded,
    SoundOverlap,
    TornUnit,
    UnannouncedPid,
    MapMoved,
    MapVersion,
    Discontinuity,
}

/// <summary>One fault, at the packet with this number (from 0).</summary>
public sealed record TsFault(TsFaultKind Kind, long Packet, int Pid, string Text)
{
    public override string ToString() => $"packet {Packet}, PID {Pid:X4}: {Kind}: {Text}";
}

/// <summary>How strict a <see cref="TsChecker"/> is.</summary>
public sealed record TsCheckOptions
{
    /// <summary>Longest time between two PATs, and two PMTs, by the stream's own clock.</summary>
    public TimeSpan MaxTableInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest step between two clock references.</summary>
    public TimeSpan MaxPcrInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How far decoding times may run before the clock.</summary>
    public TimeSpan MaxLead { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How far decoding times may lie behind the clock.</summary>
    public TimeSpan MaxLag { get; init; } = TimeSpan.Zero;

    /// <summary>The stream must begin with PAT, PMT and a random-access point.</summary>
    public bool RequiresStart { get; init; } = true;

    /// <summary>A discontinuity_indicator excuses a jump of counter and clock at that place; where none is allowed, each is a fault.</summary>
    public bool AllowsDiscontinuity { get; init; } = true;

    /// <summary>How much two PES packets of sound may overlap: the rounding of two timestamps.</summary>
    public long MaxSoundOverlap { get; init; } = 2;

    /// <summary>Units of a PID that stand further apart than this, beyond what the earlier one lasts, are listed as gaps.</summary>
    public TimeSpan MinGap { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What a relay promises of its own stream: tables every 100 ms and nothing marked.</summary>
    public static TsCheckOptions Relay { get; } = new() { MaxTableInterval = TimeSpan.FromMilliseconds(100), AllowsDiscontinuity = false };
}

/// <summary>
/// Checks a transport stream as strictly as the relay promises to make it, and lists every fault. Takes bytes in any
/// split; call <see cref="Complete"/> at the end. One thread at a time.
/// </summary>
public sealed class TsChecker
{
    private const int MostFaults = 1000;

    private readonly TsCheckOptions _options;
    private readonly List<TsFault> _faults = [];
    private readonly List<TsGap> _gaps = [];
    private readonly ProgramTracker _program = new();
    private readonly Dictionary<int, TsPidCheck> _pids = [];
    private readonly byte[] _carry = new byte[TsConstants.PacketSize];
    private readonly TsStartCheck _start = new();
    private readonly TsTableCheck _association = new();
    private readonly TsTableCheck _mapTable = new();
    private ProgramMap? _map;
    private int _carried;
    private long? _clock;
    private bool _clockMayJump;

    public TsChecker(TsCheckOptions? options = null) => _options = options ?? new TsCheckOptions();

    public IReadOnlyList<TsFault> Faults => _faults;

    /// <summary>Where units stand further apart than <see cref="TsCheckOptions.MinGap"/>: at splices, if all is well elsewhere.</summary>
    public IReadOnlyList<TsGap> Gaps => _gaps;

    /// <summary>When the bytes that are fed next arrived, for the gaps.</summary>
    public TimeSpan Arrival { get; set; }

    public long PacketCount { get; private set; }

    /// <summary>Packets that said discontinuity_indicator.</summary>
    public long Discontinuities { get; private set; }

    /// <summary>The map in force at the end.</summary>
    public ProgramMap? Map => _program.Map;

    /// <summary>The programme and the PID of its map.</summary>
    public ProgramEntry? Programme => _program.Followed;

    /// <summary>Time from the first to the last clock reference, jumps left out.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>PES packets that began on a PID.</summary>
    public long CountUnits(int pid) => _pids.TryGetValue(pid, out var check) ? check.Units : 0;

    /// <summary>The most of the stream's time that was ever empty on a PID.</summary>
    public TimeSpan LongestGap(int pid) => _pids.TryGetValue(pid, out var check) ? check.LongestGap : TimeSpan.Zero;

    /// <summary>Checks a whole stream.</summary>
    public static IReadOnlyList<TsFault> Check(ReadOnlySpan<byte> stream, TsCheckOptions? options = null)
    {
        var checker = new TsChecker(options);
        checker.Feed(stream);
        checker.Complete();
        return checker.Faults;
    }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(TsConstants.PacketSize - _carried, bytes.Length);
            bytes[..count].CopyTo(_carry.AsSpan(_carried));
            bytes = bytes[count..];
            _carried += count;
            if (_carried < TsConstants.PacketSize)
                return;
            _carried = 0;
            CheckPacket(new TsPacket(_carry));
            PacketCount++;
        }
    }

    /// <summary>Says that nothing follows.</summary>
    public void Complete()
    {
        if (_carried > 0)
            Report(TsFaultKind.PartialPacket, 0, $"the stream ends with {_carried} bytes of a packet");
        if (_program.Map is null)
            Report(TsFaultKind.MissingTables, 0, "no PAT and PMT were found");
        else if (_clock is null)
            Report(TsFaultKind.MissingPcr, _program.Map.PcrPid, "no clock reference was found");
        if (_options.RequiresStart)
            ReportStart(_start.Complete());
    }

    private void CheckPacket(in TsPacket packet)
    {
        if (!packet.HasSync)
        {
            Report(TsFaultKind.Sync, 0, $"starts with {packet.Bytes[0]:X2}");
            return;
        }

        if (packet.IsNull)
        {
            if (_options.RequiresStart)
                ReportStart(_start.Feed(packet, _program.Map));
            return;
        }

        CheckFlags(packet);
        CheckCounter(packet);
        CheckTables(packet);
        CheckClock(packet);
        CheckUnits(packet);
        if (_options.RequiresStart)
            ReportStart(_start.Feed(packet, _program.Map));
    }

    private void CheckFlags(in TsPacket packet)
    {
        if (packet.HasError)
            Report(TsFaultKind.TransportError, packet.Pid, "transport_error_indicator is set");
        if (packet.Scrambling != 0)
            Report(TsFaultKind.Scrambled, packet.Pid, "the payload is scrambled");
        if (!packet.HasAdaptation && !packet.HasPayload)
            Report(TsFaultKind.ReservedControl, packet.Pid, "adaptation_field_control is 0");
        if (!packet.IsDiscontinuity)
            return;
        Discontinuities++;
        if (!_options.AllowsDiscontinuity)
            Report(TsFaultKind.Discontinuity, packet.Pid, "discontinuity_indicator is set");
    }

    private void CheckCounter(in TsPacket packet)
    {
        var check = PidOf(packet.Pid);
        var excused = packet.IsDiscontinuity && _options.AllowsDiscontinuity;
        if (!check.TakeCounter(packet, excused))
            Report(TsFaultKind.Continuity, packet.Pid, $"counter {packet.ContinuityCounter} after {check.PreviousCounter}");
    }

    private void CheckTables(in TsPacket packet)
    {
        _program.Feed(packet.Bytes);
        var after = _program.Map;
        if (_map is not null && after is not null && !ReferenceEquals(_map, after))
            CheckMap(packet.Pid, _map, after);
        _map = after ?? _map;
        if (packet.StartsUnit && packet.Pid == TsConstants.PatPid)
            _association.Seen();
        else if (packet.StartsUnit && packet.Pid == _program.Followed?.MapPid)
            _mapTable.Seen();
        else if (after is not null && !IsAnnounced(packet.Pid, after))
            Report(TsFaultKind.UnannouncedPid, packet.Pid, "no table names this PID");
    }

    /// <summary>A map may name further streams under a new version; what it named before stays what and where it was.</summary>
    private void CheckMap(int pid, ProgramMap before, ProgramMap after)
    {
        if (before.PcrPid != after.PcrPid)
            Report(TsFaultKind.MapMoved, pid, $"the clock moves from PID {before.PcrPid:X4} to {after.PcrPid:X4}");
        for (var index = 0; index < before.Streams.Length; index++)
        {
            var old = before.Streams[index];
            var now = index < after.Streams.Length ? after.Streams[index] : null;
            if (now is null || now.Pid != old.Pid || now.StreamType != old.StreamType)
                Report(TsFaultKind.MapMoved, pid, $"the stream of PID {old.Pid:X4} and type {old.StreamType:X2} is moved or gone");
        }

        Span<byte> first = stackalloc byte[PsiWriter.LongestSection];
        Span<byte> second = stackalloc byte[PsiWriter.LongestSection];
        var isSame = first[..PsiWriter.WriteMap(first, before with { Version = 0 })]
            .SequenceEqual(second[..PsiWriter.WriteMap(second, after with { Version = 0 })]);
        if (isSame != (before.Version == after.Version))
            Report(TsFaultKind.MapVersion, pid, isSame ? "the same map under a new version" : "another map under the same version");
    }

    private bool IsAnnounced(int pid, ProgramMap map) =>
        pid is < 0x20 or TsConstants.PsipPid || pid == map.PcrPid
        || _program.Programs.Any(program => program.MapPid == pid) || map.Streams.Any(stream => stream.Pid == pid);

    private void CheckClock(in TsPacket packet)
    {
        if (packet.Pid != _program.Map?.PcrPid)
            return;
        _clockMayJump |= packet.IsDiscontinuity && _options.AllowsDiscontinuity;
        if (!packet.TryReadPcr(out var pcr))
            return;
        if (_clock is { } last && !_clockMayJump)
        {
            var step = TimeSpan.FromSeconds((double)TsClock.Difference(pcr, last) / TsConstants.PcrFrequency);
            if (step < TimeSpan.Zero || step > TimeSpan.FromSeconds(1))
                Report(TsFaultKind.PcrJump, packet.Pid, $"the clock jumps by {step.TotalMilliseconds:F0} ms");
            else if (step > _options.MaxPcrInterval)
                Report(TsFaultKind.PcrInterval, packet.Pid, $"{step.TotalMilliseconds:F0} ms between clock references");
            if (step >= TimeSpan.Zero)
                Duration += step;
        }
        else if (_clock is not null)
        {
            foreach (var check in _pids.Values)
                check.ForgetTime();
            _association.Forget();
            _mapTable.Forget();
        }

        _clock = pcr;
        _clockMayJump = false;
        CheckTableAge(packet.Pid, _association, pcr, "PAT");
        CheckTableAge(packet.Pid, _mapTable, pcr, "PMT");
    }

    private void CheckTableAge(int pid, TsTableCheck table, long pcr, string name)
    {
        var age = TimeSpan.FromSeconds((double)table.Advance(pcr) / TsConstants.PcrFrequency);
        if (age > _options.MaxTableInterval)
            Report(TsFaultKind.TableInterval, pid, $"{age.TotalMilliseconds:F0} ms without {name}");
    }

    private void CheckUnits(in TsPacket packet)
    {
        var pid = packet.Pid;
        if (!packet.HasPayload || _program.Map?.Streams.FirstOrDefault(stream => stream.Pid == pid) is not { } stream || !stream.Codec.IsShown())
            return;
        var check = PidOf(pid);
        var unit = check.Unit ??= new TsUnitCheck(stream.Codec);
        var span = unit.Span;
        if (packet.IsDiscontinuity && _options.AllowsDiscontinuity)
            unit = check.Unit = new TsUnitCheck(stream.Codec);
        if (unit.Feed(packet) is { } torn)
            Report(TsFaultKind.TornUnit, pid, torn);
        if (!packet.StartsUnit || !PesHeader.TryRead(packet.Payload, out var header))
            return;
        check.Units++;
        if (header.DecodeTime is not { } time)
            return;
        if (header.Pts is { } pts && PesTimestamp.Difference(pts, time) < 0)
            Report(TsFaultKind.ShownBeforeDecoded, pid, $"shown at {pts}, decoded at {time}");
        CheckOrder(check, pid, time, span);
        CheckLead(pid, time);
    }

    private void CheckOrder(TsPidCheck check, int pid, long time, TimeSpan span)
    {
        if (check.LastTime is { } last)
        {
            var step = PesTimestamp.Difference(time, last);
            var lasts = span > TimeSpan.Zero ? (long)(span.TotalSeconds * TsConstants.TimestampFrequency) : check.Step ?? step;
            if (step <= 0)
                Report(TsFaultKind.TimestampBackwards, pid, $"{time} after {last}");
            else if (span > TimeSpan.Zero && step < lasts - _options.MaxSoundOverlap)
                Report(TsFaultKind.SoundOverlap, pid, $"{lasts - step} ticks of sound before the one before has ended");
            if (step > 0)
            {
                NoteGap(check, pid, step - lasts);
                check.Step = Math.Min(check.Step ?? step, step);
            }
        }

        (check.LastTime, check.LastPacket, check.LastArrival) = (time, PacketCount, Arrival);
    }

    private void NoteGap(TsPidCheck check, int pid, long ticks)
    {
        var gap = TimeSpan.FromSeconds((double)ticks / TsConstants.TimestampFrequency);
        if (gap > check.LongestGap)
            check.LongestGap = gap;
        if (gap >= _options.MinGap)
            _gaps.Add(new TsGap(pid, PacketCount, gap, (PacketCount - check.LastPacket) * TsConstants.PacketSize, Arrival - check.LastArrival));
    }

    private void CheckLead(int pid, long time)
    {
        if (_clock is not { } clock)
            return;
        var lead = TimeSpan.FromSeconds((double)PesTimestamp.Difference(time, clock / 300) / TsConstants.TimestampFrequency);
        if (lead > _options.MaxLead || lead < -_options.MaxLag)
            Report(TsFaultKind.TimestampFarFromClock, pid, $"decoding time is {lead.TotalMilliseconds:F0} ms from the clock");
    }

    private TsPidCheck PidOf(int pid)
    {
        if (!_pids.TryGetValue(pid, out var check))
            _pids.Add(pid, check = new TsPidCheck());
        return check;
    }

    private void ReportStart(string? text)
    {
        if (text is not null)
            Report(TsFaultKind.Start, 0, text);
    }

    private void Report(TsFaultKind kind, int pid, string text)
    {
        if (_faults.Count < MostFaults)
            _faults.Add(new TsFault(kind, PacketCount, pid, text));
    }
}
