namespace PlexBridge.Formats.Rtp;

/// <summary>What becomes of a packet that was handed to an <see cref="RtpWindow"/>.</summary>
public enum RtpOrder
{
    /// <summary>It is the next one: its payload goes out now, before what the window holds.</summary>
    Next,

    /// <summary>Its payload was copied into the window, where its turn comes.</summary>
    Held,

    /// <summary>It is of no use: seen before, too late, or of another sender.</summary>
    Dropped,
}

/// <summary>
/// Puts RTP packets in order again within a window of sequence numbers. It holds packets behind a gap until the gap is
/// filled, the window is full or its owner's patience is over; a sender that starts anew is followed from its second
/// packet on, so that a stray one changes nothing. One thread at a time.
/// </summary>
/// <remarks>
/// After every <see cref="Place"/> and <see cref="GiveUp"/>: <see cref="TryTake"/> until it returns false.
/// Nothing is allocated but the places of the first packets that were ever held.
/// </remarks>
public sealed class RtpWindow
{
    /// <summary>A jump beyond this many packets is a new beginning, not a loss.</summary>
    public const int LongestJump = 100;

    // A power of two beyond the longest jump: a sequence number's place is its lowest bits.
    private const int Places = 128;

    private readonly int _capacity;
    private readonly Slot[] _places = new Slot[Places];
    private readonly bool[] _isGivenUp = new bool[Places];
    private bool _hasStarted;
    private uint _source;
    private ushort _next;
    private ushort _due;
    private ushort _highest;
    private byte[] _odd = [];
    private int _oddLength = -1;
    private uint _oddSource;
    private ushort _oddSequence;

    /// <summary>Makes a window.</summary>
    /// <param name="capacity">How many packets may be behind a gap, 1 to 100.</param>
    public RtpWindow(int capacity = 48)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, LongestJump);
        _capacity = capacity;
    }

    /// <summary>Packets that never came, or came too late.</summary>
    public long Lost { get; private set; }

    /// <summary>Packets that came after their turn; each is one of the lost as well.</summary>
    public long Late { get; private set; }

    /// <summary>Packets that came more than once.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Packets that came behind a later one and were put in order.</summary>
    public long Reordered { get; private set; }

    /// <summary>How often the numbering or the sender began anew.</summary>
    public long Restarts { get; private set; }

    /// <summary>How many packets wait behind a gap.</summary>
    public int HeldCount { get; private set; }

    /// <summary>Takes a packet in.</summary>
    /// <param name="packet">Its head.</param>
    /// <param name="payload">Its payload; copied where it has to wait.</param>
    public RtpOrder Place(in RtpPacket packet, ReadOnlySpan<byte> payload)
    {
        if (!_hasStarted)
            Start(packet.Source, packet.Sequence);
        var ahead = (short)(packet.Sequence - _next);
        if (packet.Source != _source || ahead is > LongestJump or < -LongestJump)
            return TakeOdd(packet, payload);

        _oddLength = -1;
        if (ahead < 0)
            return TakeLate(packet.Sequence);
        if (ahead == 0 && HeldCount == 0)
        {
            _isGivenUp[packet.Sequence % Places] = false;
            _next++;
            return RtpOrder.Next;
        }

        ref var place = ref _places[packet.Sequence % Places];
        if (place.IsTaken)
        {
            Duplicates++;
            return RtpOrder.Dropped;
        }

        place.Fill(payload);
        if (HeldCount++ > 0 && (short)(_highest - packet.Sequence) > 0)
            Reordered++;
        else
            _highest = packet.Sequence;
        _due = ahead >= _capacity ? (ushort)(packet.Sequence - _capacity + 1) : _next;
        return RtpOrder.Held;
    }

    /// <summary>The next payload whose turn has come; valid until the next packet is placed.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        while (HeldCount > 0)
        {
            ref var place = ref _places[_next % Places];
            if (place.IsTaken)
            {
                payload = place.Empty();
                HeldCount--;
                _isGivenUp[_next++ % Places] = false;
                return true;
            }

            if ((short)(_due - _next) <= 0)
                return false;
            Lost++;
            _isGivenUp[_next++ % Places] = true;
        }

        return false;
    }

    /// <summary>The gap in front won't be filled any more: what waits behind it becomes due.</summary>
    public void GiveUp()
    {
        if (HeldCount == 0)
            return;
        _due = _next;
        while (!_places[_due % Places].IsTaken)
            _due++;
    }

    private void Start(uint source, ushort next)
    {
        (_hasStarted, _source, _next, _due) = (true, source, next, next);
        Lost += HeldCount;
        HeldCount = 0;
        foreach (ref var place in _places.AsSpan())
            place.Empty();
        _isGivenUp.AsSpan().Clear();
        _oddLength = -1;
    }

    private RtpOrder TakeLate(ushort sequence)
    {
        ref var isGivenUp = ref _isGivenUp[sequence % Places];
        if (isGivenUp)
            Late++;
        else
            Duplicates++;
        isGivenUp = false;
        return RtpOrder.Dropped;
    }

    /// <summary>Another sender, or far off: kept aside until a second one that follows it says that the stream goes on there.</summary>
    private RtpOrder TakeOdd(in RtpPacket packet, ReadOnlySpan<byte> payload)
    {
        if (_oddLength < 0 || packet.Source != _oddSource || packet.Sequence != (ushort)(_oddSequence + 1))
        {
            if (_odd.Length < payload.Length)
                _odd = new byte[payload.Length];
            payload.CopyTo(_odd);
            (_oddLength, _oddSource, _oddSequence) = (payload.Length, packet.Source, packet.Sequence);
            return RtpOrder.Dropped;
        }

        Restarts++;
        // The same sender with a plausible jump: those in between are lost (RFC 3550, A.1, counts up to 3000 so).
        var jump = (ushort)(_oddSequence - _next);
        if (packet.Source == _source && jump < 3000)
            Lost += jump - HeldCount;
        var first = _odd.AsSpan(0, _oddLength);
        Start(packet.Source, _oddSequence);
        _places[_oddSequence % Places].Fill(first);
        _places[packet.Sequence % Places].Fill(payload);
        HeldCount = 2;
        _highest = packet.Sequence;
        return RtpOrder.Held;
    }

    /// <summary>Room for one payload, kept for the next.</summary>
    private struct Slot
    {
        private byte[]? _bytes;
        private int _length;

        public bool IsTaken { readonly get; private set; }

        public void Fill(ReadOnlySpan<byte> payload)
        {
            if (_bytes is null || _bytes.Length < payload.Length)
                _bytes = new byte[payload.Length];
            payload.CopyTo(_bytes);
            _length = payload.Length;
            IsTaken = true;
        }

        public ReadOnlyMemory<byte> Empty()
        {
            IsTaken = false;
            return _bytes.AsMemory(0, _length);
        }
    }
}
