namespace PlexBridge.Streaming.Upstream;

/// <summary>Bits per second over the last full second or so. Belongs to one pump.</summary>
internal sealed class BitRate(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private long _since = time.GetTimestamp();
    private long _bytes;

    public long BitsPerSecond { get; private set; }

    /// <summary>True after an <see cref="Add"/> that completed a window.</summary>
    public bool HasNews { get; private set; }

    public void Add(int bytes)
    {
        _bytes += bytes;
        var elapsed = time.GetElapsedTime(_since);
        HasNews = elapsed >= Window;
        if (!HasNews)
            return;
        BitsPerSecond = (long)(_bytes * 8 / elapsed.TotalSeconds);
        _bytes = 0;
        _since = time.GetTimestamp();
    }
}
