namespace PlexBridge.Formats.Text;

/// <summary>Takes one line without its end.</summary>
internal delegate void LineHandler(ReadOnlySpan<byte> line);

/// <summary>
/// Cuts pushed pieces into lines ended by LF, CR LF or CR, holding at most one unfinished line. A line beyond the
/// limit isn't kept: its first bytes go to another handler. Empty lines are left out.
/// </summary>
internal sealed class LineSplitter(int limit, LineHandler onLine, LineHandler onLongLine)
{
    private const int LongLineHead = 64;

    private byte[] _carry = new byte[1024];
    private int _carryLength;
    private bool _isLong;

    public void Push(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var end = piece.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                Keep(piece);
                return;
            }
            if (_carryLength == 0)
                Hand(piece[..end]);
            else
            {
                Keep(piece[..end]);
                Flush();
            }
            piece = piece[(end + 1)..];
        }
    }

    public void Complete() => Flush();

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_isLong)
            return;
        var needed = _carryLength + part.Length;
        if (needed > limit)
        {
            _isLong = true;
            part = part[..Math.Min(part.Length, Math.Max(0, LongLineHead - _carryLength))];
            needed = _carryLength + part.Length;
        }
        if (needed > _carry.Length)
            Array.Resize(ref _carry, Math.Max(needed, Math.Min(limit, _carry.Length * 2)));
        part.CopyTo(_carry.AsSpan(_carryLength));
        _carryLength = needed;
    }

    private void Flush()
    {
        var line = _carry.AsSpan(0, _carryLength);
        var isLong = _isLong;
        _carryLength = 0;
        _isLong = false;
        if (isLong)
            onLongLine(line[..Math.Min(line.Length, LongLineHead)]);
        else
            Hand(line);
    }

    private void Hand(ReadOnlySpan<byte> line)
    {
        if (line.Length > limit)
            onLongLine(line[..LongLineHead]);
        else if (!line.IsEmpty)
            onLine(line);
    }
}
