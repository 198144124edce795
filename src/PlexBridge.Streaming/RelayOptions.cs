namespace PlexBridge.Streaming;

/// <summary>The engine's numbers. A snapshot: a running relay keeps the one it started with.</summary>
public sealed record RelayOptions
{
    /// <summary>How many viewers at a time, 1 to 255.</summary>
    public int TunerCount { get; init; } = 4;

    /// <summary>How long a new request waits for a tuner or a connection that is about to be given back.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The longest wait for a connection to a source.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one attempt may take from connecting to a picture.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long all attempts together may take before the viewer is refused.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>Silence after which a source counts as stalled (for HLS the larger of 10 s and three target durations).</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long bytes may come without a new picture, or with a clock that stands still, before the stream counts as broken.</summary>
    public TimeSpan Picture { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bits per second, over five seconds, under which a stream counts as broken; 0 = no floor.</summary>
    public long BitRateFloor { get; init; }

    /// <summary>How long a channel plays from a backup before its first stream is tried again beside it; zero = only when the backup fails.</summary>
    public TimeSpan PrimaryRetry { get; init; }

    /// <summary>How long an outage may last before the viewers' streams end.</summary>
    public TimeSpan Outage { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a relay goes on after its last viewer: zapping back is free.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many bytes may wait for one viewer before it is skipped ahead.</summary>
    public long ViewerBacklog { get; init; } = 8 * 1024 * 1024;

    /// <summary>How long a viewer may take nothing at all, with data waiting, before its session ends.</summary>
    public TimeSpan ViewerStall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes are kept for joiners at most; a relay keeps no more than the newest complete group of pictures and what follows it.</summary>
    public long JoinBudget { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// The beat in which live sources are read that bring little at a time, one for all relays: few reads and sends instead
    /// of one for each packet. Zero for none. Taken up when the hub is made.
    /// </summary>
    public TimeSpan Tick { get; init; }
}
