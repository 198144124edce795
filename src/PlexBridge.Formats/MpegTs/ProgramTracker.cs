using System.Collections.Immutable;

namespace PlexBridge.Formats.MpegTs;

/// <summary>
/// Follows the PAT and the map of one programme through a packet stream: what the relay must know before it can serve.
/// Of several programmes it follows the wanted one, else the first. Unchanged tables cost a comparison and no memory.
/// One thread at a time.
/// </summary>
public sealed class ProgramTracker
{
    private readonly int? _wantedProgram;
    private readonly SectionAssembler _association = new();
    private readonly SectionAssembler _map = new();
    private readonly byte[] _lastAssociation = new byte[PsiWriter.LongestSection];
    private readonly byte[] _lastMap = new byte[PsiWriter.LongestSection];
    private int _lastAssociationLength;
    private int _lastMapLength;
    private ImmutableArray<ProgramEntry> _collected = [];
    private int _collectedVersion = -1;

    /// <summary>Makes a tracker.</summary>
    /// <param name="wantedProgram">The programme to follow; null for the first one named.</param>
    public ProgramTracker(int? wantedProgram = null) => _wantedProgram = wantedProgram;

    /// <summary>All programmes of the stream.</summary>
    public ImmutableArray<ProgramEntry> Programs => _collected;

    /// <summary>The programme followed; null until a PAT has come.</summary>
    public ProgramEntry? Followed { get; private set; }

    /// <summary>The map in force; null until it has come.</summary>
    public ProgramMap? Map { get; private set; }

    /// <summary>Takes one packet of any PID; true when <see cref="Followed"/> or <see cref="Map"/> changed by it.</summary>
    public bool Feed(ReadOnlySpan<byte> packet)
    {
        var pid = new TsPacket(packet).Pid;
        if (pid == TsConstants.PatPid)
            return FeedAssociation(packet);
        return Followed is { } followed && pid == followed.MapPid && FeedMap(packet, followed.Number);
    }

    /// <summary>Forgets everything, as for a new connection.</summary>
    public void Reset()
    {
        _association.Reset();
        _map.Reset();
        _lastAssociationLength = _lastMapLength = 0;
        _collected = [];
        _collectedVersion = -1;
        Followed = null;
        Map = null;
    }

    private bool FeedAssociation(ReadOnlySpan<byte> packet)
    {
        var changed = false;
        _association.Feed(packet);
        while (_association.TryTake(out var section))
        {
            if (IsSame(section, _lastAssociation, _lastAssociationLength) || ProgramAssociation.Parse(section) is not { } table)
                continue;
            Remember(section, _lastAssociation, out _lastAssociationLength);
            var isNewVersion = table.LastSectionNumber == 0 || table.Version != _collectedVersion;
            _collected = isNewVersion ? table.Programs : [.. _collected.Union(table.Programs)];
            _collectedVersion = table.Version;
            changed |= Follow();
        }

        return changed;
    }

    private bool Follow()
    {
        ProgramEntry? chosen = null;
        foreach (var program in _collected)
            if (_wantedProgram is null ? chosen is null : program.Number == _wantedProgram)
                chosen = program;
        if (chosen is null || chosen == Followed)
            return false;
        Followed = chosen;
        Map = null;
        _map.Reset();
        _lastMapLength = 0;
        return true;
    }

    private bool FeedMap(ReadOnlySpan<byte> packet, int number)
    {
        var changed = false;
        _map.Feed(packet);
        while (_map.TryTake(out var section))
        {
            if (IsSame(section, _lastMap, _lastMapLength) || ProgramMap.Parse(section) is not { } map || map.ProgramNumber != number)
                continue;
            Remember(section, _lastMap, out _lastMapLength);
            Map = map;
            changed = true;
        }

        return changed;
    }

    private static bool IsSame(ReadOnlySpan<byte> section, byte[] last, int length) =>
        section.SequenceEqual(last.AsSpan(0, length));

    private static void Remember(ReadOnlySpan<byte> section, byte[] last, out int length)
    {
        length = section.Length <= last.Length ? section.Length : 0;
        section[..length].CopyTo(last);
    }
}
