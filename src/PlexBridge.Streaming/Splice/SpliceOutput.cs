using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Buffers;

namespace PlexBridge.Streaming.Splice;

/// <summary>
/// The relay's own transport stream: what all its viewers get, whatever connection the packets come from. It owns the
/// tables and the continuity counters, which go on over reconnects.
/// </summary>
/// <remarks>Belongs to the relay's pump; not thread-safe.</remarks>
internal sealed class SpliceOutput(PacketWriter writer)
{
    /// <summary>Tables at least every 100 ms (ISO/IEC 13818-1 leaves it open; ffmpeg's muxer and DVB's practice is 100 ms); a little less leaves room for the packet they wait for.</summary>
    private const long TableInterval = TsConstants.PcrFrequency * 90 / 1000;

    private readonly byte[] _nextCounters = new byte[TsConstants.PidCount];
    private byte[] _association = [];
    private byte[] _map = [];
    private int _associationVersion;
    private int _mapVersion;
    private int[] _pids = [];
    private byte[] _resume = [];
    private int _mapPid;
    private int _pcrPid;
    private bool _hasStarted;
    private bool _jumps;
    private long _tablesAt = -1;

    /// <summary>The newest clock value that went out, in 27 MHz ticks; -1 before the first.</summary>
    public long Pcr { get; private set; } = -1;

    /// <summary>Takes over the programme of a connection. Not the first one means that clock and timestamps jump.</summary>
    public void Begin(ProgramEntry program, ProgramMap map)
    {
        SetTables(program, map);
        _jumps = _hasStarted;
        _hasStarted = true;
        _tablesAt = -1;
    }

    /// <summary>Puts new tables in force, as when a source adds a stream.</summary>
    public void SetTables(ProgramEntry program, ProgramMap map)
    {
        Renew(ref _association, ref _associationVersion, (section, version) =>
            PsiWriter.WriteAssociation(section, new ProgramAssociation(1, version, 0, 0, [program])));
        Renew(ref _map, ref _mapVersion, (section, version) => PsiWriter.WriteMap(section, map with { Version = version }));
        _mapPid = program.MapPid;
        _pcrPid = map.PcrPid;
        _pids = [TsConstants.PatPid, program.MapPid, .. map.Streams.Select(stream => stream.Pid)];
    }

    private delegate int WriteSectionOf(Span<byte> section, int version);

    /// <summary>Writes a table anew; the version is the relay's own and moves with every change, whatever the sources count.</summary>
    private static void Renew(ref byte[] table, ref int version, WriteSectionOf write)
    {
        Span<byte> section = stackalloc byte[PsiWriter.LongestSection];
        var length = write(section, version);
        if (table.Length > 0 && !section[..length].SequenceEqual(table))
        {
            version = (version + 1) & 0x1F;
            length = write(section, version);
        }

        table = section[..length].ToArray();
    }

    /// <summary>Clock and timestamps jump from here on; the next clock value says so.</summary>
    public void MarkJump() => _jumps = _hasStarted;

    /// <summary>Starts a slice with tables: the packet that is written next is a random-access point.</summary>
    public void StartAtRandomAccess()
    {
        writer.StartAtRandomAccess();
        WriteResume();
        WriteTables();
    }

    /// <summary>
    /// What a viewer that was skipped gets before the newest point to join at: one packet for each PID that announces the
    /// jump of its counter. Valid until the next such point.
    /// </summary>
    public ReadOnlySpan<byte> Resume => _resume;

    /// <summary>Writes a packet of the programme with the counter that follows, and tables before it when they are due.</summary>
    public void Write(ReadOnlySpan<byte> packet)
    {
        var view = new TsPacket(packet);
        var carriesClock = view.Pid == _pcrPid && view.TryReadPcr(out _);
        if (carriesClock)
        {
            view.TryReadPcr(out var pcr);
            Pcr = pcr;
            var since = _tablesAt < 0 ? long.MaxValue : TsClock.Difference(pcr, _tablesAt);
            if (since is >= TableInterval or < 0)
                WriteTables();
        }

        var copy = writer.Next();
        packet.CopyTo(copy);
        TsPacketEdit.SetContinuityCounter(copy, TakeCounter(view.Pid, view.HasPayload));
        if (carriesClock)
        {
            // What the source itself marks stays marked; a jump of ours is marked once.
            if (_jumps)
                TsPacketEdit.TrySetDiscontinuity(copy, true);
            _jumps = false;
        }
    }

    /// <summary>Publishes what has been written so far.</summary>
    public void Publish() => writer.Flush();

    private void WriteResume()
    {
        var length = _pids.Length * TsConstants.PacketSize;
        if (_resume.Length != length)
            _resume = new byte[length];
        for (var index = 0; index < _pids.Length; index++)
            TsPacketEdit.WriteDiscontinuity(_resume.AsSpan(index * TsConstants.PacketSize), _pids[index], (_nextCounters[_pids[index]] + 15) & 0x0F);
    }

    private void WriteTables()
    {
        WriteSection(_association, TsConstants.PatPid);
        WriteSection(_map, _mapPid);
        _tablesAt = Pcr;
    }

    private void WriteSection(ReadOnlySpan<byte> section, int pid)
    {
        Span<byte> packets = stackalloc byte[TsConstants.PacketSize * 6];
        int counter = _nextCounters[pid];
        var length = PsiWriter.WritePackets(section, pid, ref counter, packets);
        _nextCounters[pid] = (byte)counter;
        for (var at = 0; at < length; at += TsConstants.PacketSize)
            packets.Slice(at, TsConstants.PacketSize).CopyTo(writer.Next());
    }

    /// <summary>Only packets with a payload advance the counter; the others repeat the one before (ISO/IEC 13818-1, 2.4.3.3).</summary>
    private int TakeCounter(int pid, bool hasPayload)
    {
        if (!hasPayload)
            return (_nextCounters[pid] + 15) & 0x0F;
        var counter = _nextCounters[pid];
        _nextCounters[pid] = (byte)((counter + 1) & 0x0F);
        return counter;
    }
}
