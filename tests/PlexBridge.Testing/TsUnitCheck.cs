using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>
/// Follows the PES packets of one PID: whether they are as long as they say, and how long the sound in them lasts, so
/// that the next one can be held against it. Belongs to a <see cref="TsChecker"/>.
/// </summary>
internal sealed class TsUnitCheck(StreamCodec codec)
{
    private static readonly int[] AdtsRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

    private readonly byte[] _head = new byte[7];
    private int _headCount;
    private int _skip;
    private long _expected = -1;
    private long _received;
    private bool _hasBegun;

    /// <summary>How long the sound of the unit at hand lasts so far, by its frames; zero where that isn't known.</summary>
    public TimeSpan Span { get; private set; }

    /// <summary>Takes a packet of the PID; tells what is wrong with the unit that it ends.</summary>
    public string? Feed(in TsPacket packet)
    {
        string? fault = null;
        var payload = packet.Payload;
        if (packet.StartsUnit)
        {
            fault = Judge();
            if (!PesHeader.TryRead(payload, out var header))
                return fault ?? "a unit starts that is no PES packet";
            _hasBegun = true;
            _expected = header.PacketLength == 0 ? -1 : header.PacketLength + 6;
            _received = 0;
            Span = TimeSpan.Zero;
            _received += payload.Length;
            if (header.PayloadOffset < payload.Length)
                CountSound(payload[header.PayloadOffset..], isStart: true);
            return fault;
        }

        _received += payload.Length;
        CountSound(payload, isStart: false);
        if (_hasBegun && _expected >= 0 && _received > _expected)
        {
            fault = $"{_received} bytes of a PES packet of {_expected}";
            _expected = -1;
        }

        return fault;
    }

    private string? Judge() =>
        _hasBegun && _expected >= 0 && _received != _expected ? $"a PES packet of {_expected} bytes ends after {_received}" : null;

    private void CountSound(ReadOnlySpan<byte> bytes, bool isStart)
    {
        if (codec != StreamCodec.Aac)
            return;
        // A frame begins with a PES packet at the latest where the one before was dropped.
        if (isStart && bytes.Length >= 2 && bytes[0] == 0xFF && (bytes[1] & 0xF6) == 0xF0)
            (_skip, _headCount) = (0, 0);
        while (!bytes.IsEmpty)
        {
            if (_skip > 0)
            {
                var skipped = Math.Min(_skip, bytes.Length);
                _skip -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            _head[_headCount++] = bytes[0];
            bytes = bytes[1..];
            if (_headCount == 1 ? _head[0] != 0xFF : _headCount == 2 && (_head[1] & 0xF6) != 0xF0)
                _headCount = 0;
            if (_headCount < _head.Length)
                continue;
            _headCount = 0;
            var length = ((_head[3] & 3) << 11) | (_head[4] << 3) | (_head[5] >> 5);
            var rate = (_head[2] >> 2) & 0x0F;
            if (length <= _head.Length || rate >= AdtsRates.Length)
                continue;
            _skip = length - _head.Length;
            Span += TimeSpan.FromSeconds(1024.0 * ((_head[6] & 3) + 1) / AdtsRates[rate]);
        }
    }
}
