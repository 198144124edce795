namespace PlexBridge.Formats.MpegTs;

/// <summary>
/// Reads the start codes of one access unit, byte by byte over packet borders, until its first picture tells what it is.
/// Keeps the first bytes of the unit at hand (a slice header, SEI messages), because the verdict may need them.
/// </summary>
internal sealed class AccessUnitScan
{
    private const int LongestHead = 160;
    private const uint NoHistory = uint.MaxValue;

    private readonly StreamCodec _codec;
    private readonly byte[] _head = new byte[LongestHead];
    private int _headCount;
    private bool _isInUnit;
    private bool _isJudged;
    private uint _history = NoHistory;
    private bool _isMarked;
    private bool _hasSequence;
    private bool _hasPicture;
    private bool _hasRecoveryPoint;

    public AccessUnitScan(StreamCodec codec) => _codec = codec;

    public void Begin(bool isMarked)
    {
        _history = NoHistory;
        _headCount = 0;
        _isInUnit = false;
        _isMarked = isMarked;
        _hasSequence = _hasPicture = _hasRecoveryPoint = false;
    }

    public AccessUnitVerdict Feed(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            _history = (_history << 8) | value;
            var endsUnit = (_history & 0xFF_FFFF) == 1;
            if (_isInUnit && !_isJudged && _headCount < LongestHead && !endsUnit)
                _head[_headCount++] = value;
            if (_isInUnit && !_isJudged && (endsUnit || IsEnough()))
            {
                _isJudged = true;
                var verdict = Judge(_head.AsSpan(0, _headCount));
                if (verdict != AccessUnitVerdict.Undecided)
                    return verdict;
            }

            if (endsUnit)
            {
                _isInUnit = true;
                _isJudged = false;
                _headCount = 0;
            }
        }

        return AccessUnitVerdict.Undecided;
    }

    // How many bytes of a unit are needed to judge it: most say all in their first byte or two.
    private bool IsEnough() => _headCount >= _codec switch
    {
        StreamCodec.H264 => (_head[0] & 0x1F) switch { 1 or 2 => 8, 6 => LongestHead, _ => 1 },
        StreamCodec.Hevc => 1,
        _ => _head[0] == 0 ? 3 : 1,
    };

    private AccessUnitVerdict Judge(ReadOnlySpan<byte> head) => head.IsEmpty ? AccessUnitVerdict.Undecided : _codec switch
    {
        StreamCodec.H264 => JudgeH264(head),
        StreamCodec.Hevc => JudgeHevc((head[0] >> 1) & 0x3F),
        _ => JudgeMpeg2(head),
    };

    private AccessUnitVerdict JudgeH264(ReadOnlySpan<byte> head)
    {
        switch (head[0] & 0x1F)
        {
            case 5:
                return Say(_hasSequence && _hasPicture);
            case 1 or 2:
                var sliceType = H264Head.ReadSliceType(head[1..]);
                var isIntra = sliceType is 2 or 7;
                var isAnnounced = _hasRecoveryPoint || _isMarked || sliceType == 7;
                return Say(_hasSequence && _hasPicture && isIntra && isAnnounced);
            case 6:
                _hasRecoveryPoint |= H264Head.HasRecoveryPoint(head[1..]);
                break;
            case 7:
                _hasSequence = true;
                break;
            case 8:
                _hasPicture = true;
                break;
        }

        return AccessUnitVerdict.Undecided;
    }

    private AccessUnitVerdict JudgeHevc(int type)
    {
        if (type < 32)
            return Say(type is >= 16 and <= 21 && _hasSequence && _hasPicture);
        _hasSequence |= type == 33;
        _hasPicture |= type == 34;
        return AccessUnitVerdict.Undecided;
    }

    private AccessUnitVerdict JudgeMpeg2(ReadOnlySpan<byte> head)
    {
        const byte Picture = 0x00;
        const byte SequenceHeader = 0xB3;
        if (head[0] == Picture && head.Length >= 3)
            return Say(_hasSequence && ((head[2] >> 3) & 7) == 1);
        _hasSequence |= head[0] == SequenceHeader;
        return AccessUnitVerdict.Undecided;
    }

    private static AccessUnitVerdict Say(bool isRandomAccess) =>
        isRandomAccess ? AccessUnitVerdict.RandomAccess : AccessUnitVerdict.Ordinary;
}
