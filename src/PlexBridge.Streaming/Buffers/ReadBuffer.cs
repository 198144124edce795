namespace PlexBridge.Streaming.Buffers;

/// <summary>
/// What a pump reads into: small for a stream at its own pace, large where much comes at once, and where the pace is ours
/// to keep as large as a step of it.
/// </summary>
/// <remarks>Belongs to one pump.</remarks>
internal sealed class ReadBuffer
{
    private const int Least = 32 * 1024;
    private const int StepsPerSecond = 2;

    /// <summary>After so many small reads in a row a large buffer isn't needed any more.</summary>
    private const int SmallReads = 100;

    private const int Most = 256 * 1024;

    /// <summary>For one viewer few large steps cost least; with several, what is sent of one step should lie in the processor's caches still.</summary>
    private const int MostForOne = 1024 * 1024;

    /// <summary>Half a second of 8 Mbit/s.</summary>
    private const int MostPaced = 512 * 1024;

    /// <summary>So many viewers of a source that is far faster than it plays are served in smaller steps than a beat.</summary>
    private const int ManyViewers = 4;
    private const int Much = 64 * 1024;

    private readonly bool _isPaced;
    private byte[] _bytes = new byte[Least];
    private int _small;

    /// <summary>Begins small.</summary>
    /// <param name="isPaced">Whether the pace is ours to keep.</param>
    public ReadBuffer(bool isPaced)
    {
        _isPaced = isPaced;
        Memory = _bytes;
    }

    /// <summary>Where the next read goes.</summary>
    public Memory<byte> Memory { get; private set; }

    /// <summary>True when so much comes for so many that the next read is better not left to the next beat.</summary>
    public static bool IsFast(int read, int viewers) => read >= Much && viewers >= ManyViewers;

    /// <summary>After a read: how large should the next be?</summary>
    public void Fit(int read, long bitsPerSecond, int viewers)
    {
        _small = read < Least ? _small + 1 : 0;
        // The kernel's window grows with what one read takes: a small buffer would hold a fast source back.
        var length = _isPaced ? (int)Math.Clamp(bitsPerSecond / 8 / StepsPerSecond, Least, MostPaced)
            : read < Memory.Length ? (_small >= SmallReads ? Least : Math.Min(_bytes.Length, viewers == 1 ? MostForOne : Most))
            : viewers == 1 && read >= Most ? MostForOne
            : Most;
        if (length > _bytes.Length || (length < _bytes.Length && !_isPaced))
            _bytes = GC.AllocateUninitializedArray<byte>(length);
        Memory = _bytes.AsMemory(0, length);
    }
}
