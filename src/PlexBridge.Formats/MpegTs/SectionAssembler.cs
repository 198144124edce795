namespace PlexBridge.Formats.MpegTs;

/// <summary>
/// Puts the PSI sections of one PID together: over packet borders, several in one packet, checksum verified.
/// Holds at most one section of 4,096 bytes and one payload; allocates only when made. One thread at a time.
/// </summary>
public sealed class SectionAssembler
{
    private const int LongestSection = 4096;
    private const byte Stuffing = 0xFF;

    private readonly byte[] _open = new byte[LongestSection + TsConstants.PacketSize];
    private readonly byte[] _fresh = new byte[TsConstants.PacketSize];
    private int _openStart;
    private int _openEnd;
    private int _freshCount;
    private bool _hasFresh;
    private bool _isInside;
    private int _lastCounter = -1;

    /// <summary>Sections dropped because their checksum was wrong.</summary>
    public long ChecksumErrors { get; private set; }

    /// <summary>Takes one packet of the PID. Call <see cref="TryTake"/> afterwards until it returns false.</summary>
    public void Feed(ReadOnlySpan<byte> packet)
    {
        var view = new TsPacket(packet);
        var payload = view.Payload;
        if (payload.IsEmpty || view.HasError || view.Scrambling != 0)
            return;
        if (_lastCounter == view.ContinuityCounter && !view.IsDiscontinuity)
            return;
        if (_lastCounter >= 0 && view.ContinuityCounter != ((_lastCounter + 1) & 0x0F))
            Drop();
        _lastCounter = view.ContinuityCounter;

        if (!view.StartsUnit)
        {
            Append(payload);
            return;
        }

        var pointer = payload[0];
        if (1 + pointer > payload.Length)
        {
            Drop();
            return;
        }

        Append(payload.Slice(1, pointer));
        _freshCount = payload.Length - 1 - pointer;
        payload[(1 + pointer)..].CopyTo(_fresh);
        _hasFresh = true;
    }

    /// <summary>Hands out the next whole section, checksum included; it is valid until the next call of either method.</summary>
    public bool TryTake(out ReadOnlySpan<byte> section)
    {
        while (true)
        {
            if (TryCut(out section))
            {
                if (!HasChecksum(section) || Crc32Mpeg.Compute(section) == 0)
                    return true;
                ChecksumErrors++;
                continue;
            }

            if (!_hasFresh)
                return false;
            _hasFresh = false;
            _fresh.AsSpan(0, _freshCount).CopyTo(_open);
            _openStart = 0;
            _openEnd = _freshCount;
            _isInside = true;
        }
    }

    /// <summary>Forgets a half-read section and the counter, as at a jump to another source.</summary>
    public void Reset()
    {
        Drop();
        _lastCounter = -1;
    }

    private void Drop()
    {
        _openStart = _openEnd = 0;
        _isInside = false;
        _hasFresh = false;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (!_isInside)
            return;
        _open.AsSpan(_openStart, _openEnd - _openStart).CopyTo(_open);
        _openEnd -= _openStart;
        _openStart = 0;
        if (_openEnd + bytes.Length > _open.Length)
        {
            Drop();
            return;
        }

        bytes.CopyTo(_open.AsSpan(_openEnd));
        _openEnd += bytes.Length;
    }

    private bool TryCut(out ReadOnlySpan<byte> section)
    {
        section = default;
        var rest = _open.AsSpan(_openStart, _openEnd - _openStart);
        if (!_isInside || rest.IsEmpty)
            return false;
        if (rest[0] == Stuffing)
        {
            _openStart = _openEnd = 0;
            _isInside = false;
            return false;
        }

        if (rest.Length < 3)
            return false;
        var length = 3 + (((rest[1] & 0x0F) << 8) | rest[2]);
        if (length > LongestSection)
        {
            _openStart = _openEnd = 0;
            _isInside = false;
            return false;
        }

        if (rest.Length < length)
            return false;
        section = rest[..length];
        _openStart += length;
        return true;
    }

    private static bool HasChecksum(ReadOnlySpan<byte> section) => (section[1] & 0x80) != 0;
}
