namespace PlexBridge.Formats.MpegTs;

/// <summary>The two facts of H.264 (ITU-T H.264, 7.3.3 and D.1.8) that tell an open-GOP entry point from an ordinary picture.</summary>
internal static class H264Head
{
    private const int RecoveryPointType = 6;

    /// <summary>slice_type of a slice header without its NAL byte: 2 and 7 are intra, 7 for the whole picture; -1 when cut short.</summary>
    public static int ReadSliceType(ReadOnlySpan<byte> header)
    {
        var position = 0;
        return ReadUnsigned(header, ref position) < 0 ? -1 : ReadUnsigned(header, ref position);
    }

    /// <summary>An SEI unit, without its NAL byte, has a recovery point message. Emulation bytes are taken out on the way.</summary>
    public static bool HasRecoveryPoint(ReadOnlySpan<byte> messages)
    {
        var reader = new SeiReader(messages);
        while (reader.TryReadSize(out var type) && reader.TryReadSize(out var size))
        {
            if (type == RecoveryPointType)
                return true;
            if (!reader.TrySkip(size))
                return false;
        }

        return false;
    }

    // Exp-Golomb. The bits needed lie before any emulation byte: such a byte would take 22 zero bits in a row.
    private static int ReadUnsigned(ReadOnlySpan<byte> bytes, ref int position)
    {
        var zeros = 0;
        for (; ReadBit(bytes, position) == 0; position++)
            if (++zeros > 20)
                return -1;
        var value = 0;
        for (var bit = 0; bit <= zeros; bit++)
        {
            var next = ReadBit(bytes, position++);
            if (next < 0)
                return -1;
            value = (value << 1) | next;
        }

        return value - 1;
    }

    private static int ReadBit(ReadOnlySpan<byte> bytes, int position) =>
        position >= bytes.Length * 8 ? -1 : (bytes[position >> 3] >> (7 - (position & 7))) & 1;

    private ref struct SeiReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;
        private int _zeros;

        public bool TryReadSize(out int value)
        {
            value = 0;
            byte next;
            do
            {
                if (!TryRead(out next))
                    return false;
                value += next;
            }
            while (next == 0xFF);
            return true;
        }

        public bool TrySkip(int count)
        {
            for (; count > 0; count--)
                if (!TryRead(out _))
                    return false;
            return true;
        }

        private bool TryRead(out byte value)
        {
            value = 0;
            if (_rest.IsEmpty)
                return false;
            if (_zeros == 2 && _rest[0] == 3)
            {
                _rest = _rest[1..];
                _zeros = 0;
                if (_rest.IsEmpty)
                    return false;
            }

            value = _rest[0];
            _rest = _rest[1..];
            _zeros = value == 0 ? _zeros + 1 : 0;
            return true;
        }
    }
}
