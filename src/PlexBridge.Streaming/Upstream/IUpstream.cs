namespace PlexBridge.Streaming.Upstream;

/// <summary>One live connection to a stream. The relay that opened it reads it from one loop and disposes it.</summary>
public interface IUpstream : IAsyncDisposable
{
    /// <summary>What it is, for people: <c>HTTP-TS</c>, <c>HLS</c>, <c>UDP</c>, <c>RTP</c>, <c>DASH</c>, <c>RTSP</c>.</summary>
    string Kind { get; }

    /// <summary>True where bytes come faster than they play (HLS segments) and the relay has to pace them.</summary>
    bool ArrivesInBursts { get; }

    /// <summary>
    /// True where what was received lies in front of the connection (TLS records, chunks): a read that doesn't fill its
    /// buffer then says nothing about what is there still.
    /// </summary>
    bool ArrivesInPieces => false;

    /// <summary>How long silence may last before the connection counts as stalled, where that differs from the setting.</summary>
    TimeSpan? StallLimit { get; }

    /// <summary>How many datagrams or segments are known to be missing so far. Asked by the loop that reads.</summary>
    long Lost => 0;

    /// <summary>
    /// Reads the next bytes of the transport stream.
    /// </summary>
    /// <returns>How many; 0 when the source ended the stream.</returns>
    /// <exception cref="UpstreamException">It can't go on; the message says why.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token);

    /// <summary>True once after the source announced that timestamps or counters start anew.</summary>
    bool TakeDiscontinuity();
}

/// <summary>Opens a stream: <see cref="UpstreamOpener.OpenAsync"/>, or what a test puts in its place.</summary>
/// <exception cref="UpstreamException">It can't be opened; the message says why and carries no secret.</exception>
/// <param name="stream">What to open.</param>
/// <param name="connect">The longest wait for a connection.</param>
/// <param name="memory">What earlier connections of the same relay to this stream have seen; kept up to date by the upstream.</param>
/// <param name="token">Ends the opening.</param>
public delegate Task<IUpstream> OpenUpstream(StreamAddress stream, TimeSpan connect, UpstreamMemory memory, CancellationToken token);

/// <summary>
/// What outlives one connection of a relay to a stream: without it a playlist that no longer moves would be played
/// again from its last segments each time it is opened anew.
/// </summary>
public sealed class UpstreamMemory
{
    /// <summary>The media sequence number of the segment that comes next; null before any.</summary>
    internal long? NextSegment { get; set; }

    /// <summary>The lowest sequence number the playlist listed; below it, the source counts anew.</summary>
    internal long FirstSegment { get; set; }
}

/// <summary>What is wrong with a stream.</summary>
public enum UpstreamFault
{
    /// <summary>No connection: refused, not resolved, not allowed, timed out.</summary>
    Unreachable,

    /// <summary>The source answered with an error status.</summary>
    Refused,

    /// <summary>The body is no transport stream (a web page, an image …).</summary>
    NotTransportStream,

    /// <summary>A kind of stream this version doesn't relay.</summary>
    Unsupported,

    /// <summary>Encrypted with DRM.</summary>
    Protected,

    /// <summary>Nothing came for too long.</summary>
    Stalled,

    /// <summary>The source closed the connection.</summary>
    Ended,

    /// <summary>Bytes came, and no picture or sound to start with.</summary>
    NoPicture,

    /// <summary>All connections the source allows are taken.</summary>
    SourceBusy,

    /// <summary>Bytes come, and the stream's clock stands still.</summary>
    ClockStill,

    /// <summary>Fewer bits come than the set floor.</summary>
    TooThin,

    /// <summary>Picture or sound are of other types than the viewers were told.</summary>
    OtherTypes,
}

/// <summary>A stream that can't be opened or can't go on. The message is fit for a person and carries no secret.</summary>
public class UpstreamException : IOException
{
    /// <summary>Makes the exception for a fault.</summary>
    public UpstreamException(UpstreamFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>What is wrong.</summary>
    public UpstreamFault Fault { get; }

    /// <summary>The HTTP status of a refusal; 0 where it is none.</summary>
    public int Status { get; init; }
}
