namespace PlexBridge.Formats.MpegTs;

/// <summary>
/// How long the sound of a PES packet lasts, by the heads of its frames: AAC in ADTS (ISO/IEC 13818-7, 6.2), MPEG-1 and
/// MPEG-2 layers I to III (ISO/IEC 11172-3, 2.4.2.3), AC-3 and E-AC-3 (ATSC A/52, 5.3 and annex E). A timestamp only tells
/// where a packet begins. Allocates nothing per packet. One thread at a time.
/// </summary>
public sealed class SoundLength
{
    private const int HeadLength = 7;

    private readonly StreamCodec _codec;
    private readonly PesBody _body = new();
    private readonly byte[] _head = new byte[HeadLength];
    private int _headCount;
    private int _skip;
    private bool _isLost;
    private long _ticks;

    /// <summary>Makes a meter for one PID.</summary>
    public SoundLength(StreamCodec codec) => _codec = codec;

    /// <summary>
    /// 90 kHz ticks of the frames that have begun in the packet; 0 while there is none, or where the codec's frames are not
    /// known or don't begin with the packet.
    /// </summary>
    public long Ticks => _isLost ? 0 : _ticks;

    /// <summary>Takes the next payload of the PID.</summary>
    /// <param name="payload">A transport packet's payload.</param>
    /// <param name="startsUnit">True when a PES packet begins with it.</param>
    public void Feed(ReadOnlySpan<byte> payload, bool startsUnit)
    {
        if (startsUnit)
        {
            _body.Begin();
            _headCount = _skip = 0;
            _ticks = 0;
            _isLost = _codec is not (StreamCodec.Aac or StreamCodec.MpegAudio or StreamCodec.Ac3 or StreamCodec.Eac3);
        }

        if (_isLost)
            return;
        var bytes = _body.Take(payload);
        while (!bytes.IsEmpty && !_isLost)
        {
            var skipped = Math.Min(_skip, bytes.Length);
            _skip -= skipped;
            bytes = bytes[skipped..];
            var taken = Math.Min(HeadLength - _headCount, bytes.Length);
            bytes[..taken].CopyTo(_head.AsSpan(_headCount));
            _headCount += taken;
            bytes = bytes[taken..];
            if (_headCount == HeadLength)
                TakeHead();
        }
    }

    private void TakeHead()
    {
        var (length, ticks) = _codec switch
        {
            StreamCodec.Aac => ReadAdts(_head),
            StreamCodec.MpegAudio => ReadMpeg(_head),
            _ => ReadAc3(_head),
        };
        _headCount = 0;
        _isLost = length < HeadLength;
        _skip = length - HeadLength;
        _ticks += ticks;
    }

    private static (int Length, long Ticks) ReadAdts(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<int> rates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
        var rate = (head[2] >> 2) & 0x0F;
        if (head[0] != 0xFF || (head[1] & 0xF6) != 0xF0 || rate >= rates.Length)
            return default;
        var length = ((head[3] & 3) << 11) | (head[4] << 3) | (head[5] >> 5);
        return (length, TicksOf(1024 * ((head[6] & 3) + 1), rates[rate]));
    }

    private static (int Length, long Ticks) ReadMpeg(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<int> rates = [44_100, 48_000, 32_000];
        var version = (head[1] >> 3) & 3;
        var layer = 4 - ((head[1] >> 1) & 3);
        var (bitRate, rate) = (head[2] >> 4, (head[2] >> 2) & 3);
        if (head[0] != 0xFF || (head[1] & 0xE0) != 0xE0 || version == 1 || layer == 4 || rate == 3 || bitRate is 0 or 15)
            return default;
        var isOne = version == 3;
        var hertz = rates[rate] >> (isOne ? 0 : version == 2 ? 1 : 2);
        var bits = KilobitsOf(isOne, layer, bitRate) * 1000;
        var padding = (head[2] >> 1) & 1;
        if (layer == 1)
            return (((12 * bits / hertz) + padding) * 4, TicksOf(384, hertz));
        var samples = layer == 3 && !isOne ? 576 : 1152;
        return ((samples / 8 * bits / hertz) + padding, TicksOf(samples, hertz));
    }

    private static int KilobitsOf(bool isOne, int layer, int code)
    {
        ReadOnlySpan<short> first = [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448];
        ReadOnlySpan<short> second = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
        ReadOnlySpan<short> third = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
        ReadOnlySpan<short> lowFirst = [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
        ReadOnlySpan<short> low = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
        var table = isOne ? layer switch { 1 => first, 2 => second, _ => third } : layer == 1 ? lowFirst : low;
        return table[code];
    }

    private static (int Length, long Ticks) ReadAc3(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<int> rates = [48_000, 44_100, 32_000];
        ReadOnlySpan<short> kilobits = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
        if (head[0] != 0x0B || head[1] != 0x77)
            return default;
        var rate = head[4] >> 6;
        if (head[5] >> 3 > 10)
        {
            var blocks = rate == 3 ? 6 : ((head[4] >> 4) & 3) switch { 0 => 1, 1 => 2, 2 => 3, _ => 6 };
            var hertz = rate == 3 ? rates[Math.Min((head[4] >> 4) & 3, 2)] / 2 : rates[rate];
            // A dependent frame adds channels, not time.
            var samples = head[2] >> 6 == 1 ? 0 : blocks * 256;
            return (((((head[2] & 7) << 8) | head[3]) + 1) * 2, TicksOf(samples, hertz));
        }

        var code = head[4] & 0x3F;
        if (rate == 3 || code / 2 >= kilobits.Length)
            return default;
        var words = kilobits[code / 2] * 1000 * 96 / rates[rate];
        return ((words + (rate == 1 ? code & 1 : 0)) * 2, TicksOf(1536, rates[rate]));
    }

    private static long TicksOf(int samples, int hertz) => TsConstants.TimestampFrequency * samples / hertz;
}
