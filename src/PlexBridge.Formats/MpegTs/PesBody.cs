namespace PlexBridge.Formats.MpegTs;

/// <summary>Strips the PES header, which may itself span packets, off the payloads of one PES packet.</summary>
internal sealed class PesBody
{
    private const int FixedLength = 9;

    private readonly byte[] _fixed = new byte[FixedLength];
    private int _fixedCount;
    private int _skip;

    /// <summary>What came was no PES packet.</summary>
    public bool IsBroken { get; private set; }

    public void Begin()
    {
        _fixedCount = 0;
        _skip = 0;
        IsBroken = false;
    }

    /// <summary>The elementary stream bytes of the next payload.</summary>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> payload)
    {
        if (_fixedCount < FixedLength)
        {
            var count = Math.Min(FixedLength - _fixedCount, payload.Length);
            payload[..count].CopyTo(_fixed.AsSpan(_fixedCount));
            _fixedCount += count;
            payload = payload[count..];
            if (_fixedCount < FixedLength)
                return default;
            if (_fixed is not [0, 0, 1, _, _, _, _, _, _] || !PesHeader.HasOptionalHeader(_fixed[3]))
                IsBroken = true;
            _skip = _fixed[8];
        }

        var skipped = Math.Min(_skip, payload.Length);
        _skip -= skipped;
        return IsBroken ? default : payload[skipped..];
    }
}
