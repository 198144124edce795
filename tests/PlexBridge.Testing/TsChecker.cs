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
    UnannouncedPid,
    MapMoved,
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

    /// <summary>A discontinuity_indicator excuses a jump of counter and clock at that place.</summary>
    public bool AllowsDiscontinuity { get; init; } = true;
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
    private readonly ProgramTracker _program = new();
    private readonly Dictionary<int, TsPidCheck> _pids = [];
    private readonly byte[] _carry = new byte[TsConstants.PacketSize];
    private readonly TsStartCheck _start = new();
    private int _carried;
    private long? _clock;
    private bool _clockMayJump;
    private long? _lastAssociation;
    private long? _lastMap;

    public TsChecker(TsCheckOptions? options = null) => _options = options ?? new TsCheckOptions();

    public IReadOnlyList<TsFault> Faults => _faults;

    public long PacketCount { get; private set; }

    /// <summary>Packets that said discontinuity_indicator.</summary>
    public long Discontinuities { get; private set; }

    /// <summary>The map in force at the end.</summary>
    public ProgramMap? Map => _program.Map;

    /// <summary>Time from the first to the last clock reference, jumps left out.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>PES packets that began on a PID.</summary>
    public long CountUnits(int pid) => _pids.TryGetValue(pid, out var check) ? check.Units : 0;

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
        CheckTimestamps(packet);
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
        if (packet.IsDiscontinuity)
            Discontinuities++;
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
        var before = _program.Map;
        _program.Feed(packet.Bytes);
        var after = _program.Map;
        if (before is not null && after is not null && !ReferenceEquals(before, after) && before.Video?.Pid != after.Video?.Pid)
            Report(TsFaultKind.MapMoved, packet.Pid, "a new map moves the picture to another PID");
        if (packet.StartsUnit && packet.Pid == TsConstants.PatPid)
            _lastAssociation = _clock;
        else if (packet.StartsUnit && packet.Pid == _program.Followed?.MapPid)
            _lastMap = _clock;
        else if (after is not null && !IsAnnounced(packet.Pid, after))
            Report(TsFaultKind.UnannouncedPid, packet.Pid, "no table names this PID");
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
            _lastAssociation = _lastMap = null;
        }

        _clock = pcr;
        _clockMayJump = false;
        CheckTableAge(packet.Pid, ref _lastAssociation, pcr, "PAT");
        CheckTableAge(packet.Pid, ref _lastMap, pcr, "PMT");
    }

    private void CheckTableAge(int pid, ref long? last, long pcr, string name)
    {
        var age = TimeSpan.FromSeconds((double)TsClock.Difference(pcr, last ?? pcr) / TsConstants.PcrFrequency);
        last ??= pcr;
        if (age <= _options.MaxTableInterval)
            return;
        Report(TsFaultKind.TableInterval, pid, $"{age.TotalMilliseconds:F0} ms without {name}");
        last = pcr;
    }

    private void CheckTimestamps(in TsPacket packet)
    {
        var pid = packet.Pid;
        if (!packet.StartsUnit || _program.Map is not { } map || !map.Streams.Any(stream => stream.Pid == pid && stream.Codec.IsShown()))
            return;
        if (!PesHeader.TryRead(packet.Payload, out var header) || header.DecodeTime is not { } time)
            return;
        var check = PidOf(packet.Pid);
        check.Units++;
        if (check.LastTime is { } last && PesTimestamp.Difference(time, last) <= 0)
            Report(TsFaultKind.TimestampBackwards, packet.Pid, $"{time} after {last}");
        check.LastTime = time;
        if (_clock is not { } clock)
            return;
        var lead = TimeSpan.FromSeconds((double)PesTimestamp.Difference(time, clock / 300) / TsConstants.TimestampFrequency);
        if (lead > _options.MaxLead || lead < -_options.MaxLag)
            Report(TsFaultKind.TimestampFarFromClock, packet.Pid, $"decoding time is {lead.TotalMilliseconds:F0} ms from the clock");
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
