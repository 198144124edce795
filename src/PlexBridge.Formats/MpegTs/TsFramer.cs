namespace PlexBridge.Formats.MpegTs;

/// <summary>Where a <see cref="TsFramer"/> stands.</summary>
public enum TsFraming
{
    /// <summary>No packet rhythm found yet, or lost.</summary>
    Searching,

    /// <summary>Packets are being cut.</summary>
    Locked,

    /// <summary>Too much was read without any packet rhythm: this is something else (a web page, a playlist, a picture).</summary>
    NotTransportStream,
}

/// <summary>
/// Cuts a byte stream of any split into whole 188-byte packets. Finds the rhythm of 188, 192 (M2TS) or 204 (Reed-Solomon)
/// bytes, skips junk before and between packets, and loses lock when three of four sync bytes are missing.
/// Packets that lie whole in the input are handed out as slices of it: no copy. One thread at a time.
/// </summary>
public sealed class TsFramer
{
    private const int ProbedPackets = 5;
    private const int LookAhead = 3;
    private const int LongestStride = 204;
    private const int LongestNeed = ((ProbedPackets - 1) * LongestStride) + 1;

    private readonly byte[] _held = new byte[LongestNeed];
    private readonly int _searchLimit;
    private int _heldStart;
    private int _heldEnd;
    private int _gap;
    private long _searched;

    /// <summary>Makes a framer.</summary>
    /// <param name="searchLimit">Bytes without any packet after which the input is declared not to be a transport stream.</param>
    public TsFramer(int searchLimit = 64 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(searchLimit);
        _searchLimit = searchLimit;
    }

    /// <summary>The present state.</summary>
    public TsFraming State { get; private set; }

    /// <summary>Distance between sync bytes: 188, 192 or 204; 0 until first locked.</summary>
    public int Stride { get; private set; }

    /// <summary>Packets handed out.</summary>
    public long PacketCount { get; private set; }

    /// <summary>Bytes dropped as junk; the extra bytes of strides 192 and 204 are not counted once locked.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>How often the rhythm was lost.</summary>
    public long LostLocks { get; private set; }

    /// <summary>Forgets what is held back and searches anew, as for a new connection; counters go on.</summary>
    public void Reset()
    {
        State = TsFraming.Searching;
        _heldStart = _heldEnd = _gap = 0;
        _searched = 0;
        Stride = 0;
    }

    /// <summary>
    /// Takes from the front of <paramref name="input"/> and returns the next run of whole packets (n x 188 bytes), or nothing
    /// when all of the input is consumed. Call it until it returns nothing. The run lies in the input or in the
    /// framer's own small buffer and is valid until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> input)
    {
        while (State != TsFraming.NotTransportStream)
        {
            var isHeld = _heldEnd > _heldStart;
            if (!isHeld && input.IsEmpty)
                return default;
            var window = isHeld ? _held.AsSpan(_heldStart, _heldEnd - _heldStart) : input;
            var step = Decide(window);
            if (step.Need > 0)
            {
                if (!Hold(ref input, step.Need))
                    return default;
                continue;
            }

            if (isHeld)
                _heldStart += step.Take;
            else
                input = input[step.Take..];
            if (step.IsRun)
            {
                PacketCount += step.Take / TsConstants.PacketSize;
                return window[..step.Take];
            }
        }

        input = default;
        return default;
    }

    /// <summary>What to do with the front of a window: hand out or drop some bytes, or wait until it is longer.</summary>
    private readonly record struct Step(int Take, int Need, bool IsRun);

    private Step Decide(ReadOnlySpan<byte> window)
    {
        if (_gap > 0)
        {
            var extra = Math.Min(_gap, window.Length);
            _gap -= extra;
            return new Step(extra, 0, false);
        }

        return State == TsFraming.Locked ? Cut(window) : Search(window);
    }

    private Step Cut(ReadOnlySpan<byte> window)
    {
        if (window[0] != TsConstants.SyncByte)
            return Miss(window);
        if (window.Length < TsConstants.PacketSize)
            return new Step(0, TsConstants.PacketSize, false);
        var length = TsConstants.PacketSize;
        if (Stride == TsConstants.PacketSize)
            while (length + TsConstants.PacketSize <= window.Length && window[length] == TsConstants.SyncByte)
                length += TsConstants.PacketSize;
        _gap = Stride - TsConstants.PacketSize;
        return new Step(length, 0, true);
    }

    // One broken sync byte among good ones costs one packet; junk in between shifts them all and needs a search from here.
    private Step Miss(ReadOnlySpan<byte> window)
    {
        var need = (LookAhead * Stride) + 1;
        if (window.Length < need)
            return new Step(0, need, false);
        var misses = 1;
        for (var ahead = 1; ahead <= LookAhead; ahead++)
            if (window[ahead * Stride] != TsConstants.SyncByte)
                misses++;
        if (misses < 3)
        {
            SkippedBytes += Stride;
            return new Step(Stride, 0, false);
        }

        State = TsFraming.Searching;
        LostLocks++;
        _searched = 0;
        return Search(window);
    }

    private Step Search(ReadOnlySpan<byte> window)
    {
        for (var start = 0; start < window.Length; start++)
        {
            var next = window[start..].IndexOf(TsConstants.SyncByte);
            if (next < 0)
                break;
            start += next;
            var need = ProbeAll(window[start..], out var stride);
            if (need < 0)
                continue;
            if (need == 0)
            {
                State = TsFraming.Locked;
                Stride = stride;
            }

            return need == 0 || start > 0 ? Skip(start) : new Step(0, need, false);
        }

        return Skip(window.Length);
    }

    private Step Skip(int count)
    {
        SkippedBytes += count;
        _searched += count;
        if (State == TsFraming.Searching && _searched >= _searchLimit)
            State = TsFraming.NotTransportStream;
        return new Step(count, 0, false);
    }

    // 0: rhythm found; above 0: bytes needed to tell; -1: no packet starts here.
    private static int ProbeAll(ReadOnlySpan<byte> window, out int stride)
    {
        var need = -1;
        foreach (var candidate in (ReadOnlySpan<byte>)[188, 192, LongestStride])
        {
            stride = candidate;
            var probed = Probe(window, candidate);
            if (probed == 0)
                return 0;
            if (need < 0)
                need = probed;
        }

        stride = 0;
        return need;
    }

    private static int Probe(ReadOnlySpan<byte> window, int stride)
    {
        for (var packet = 1; packet < ProbedPackets; packet++)
        {
            if (packet * stride >= window.Length)
                return (packet * stride) + 1;
            if (window[packet * stride] != TsConstants.SyncByte)
                return -1;
        }

        return 0;
    }

    private bool Hold(scoped ref ReadOnlySpan<byte> input, int need)
    {
        if (input.IsEmpty)
            return false;
        if (_heldStart > 0)
        {
            _held.AsSpan(_heldStart, _heldEnd - _heldStart).CopyTo(_held);
            _heldEnd -= _heldStart;
            _heldStart = 0;
        }

        var count = Math.Min(need - _heldEnd, input.Length);
        input[..count].CopyTo(_held.AsSpan(_heldEnd));
        _heldEnd += count;
        input = input[count..];
        return true;
    }
}
