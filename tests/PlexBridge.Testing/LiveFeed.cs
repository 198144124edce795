namespace PlexBridge.Testing;

/// <summary>Bytes of a live stream and the moment, from its opening, at which they are sent.</summary>
public readonly record struct LiveChunk(TimeSpan At, ReadOnlyMemory<byte> Bytes);

/// <summary>How a live stream ends that ends.</summary>
public enum LiveEnd
{
    Close,
    Reset,

    /// <summary>Says nothing more, and stays.</summary>
    Stall,

    /// <summary>A byte twice a second, which is no more than a sign of life.</summary>
    Trickle,
}

/// <summary>Live streams for <see cref="Answers.Live"/>, and what can befall them on the way. Each is enumerated once, by one connection.</summary>
public static class LiveFeed
{
    /// <summary>A generator's frames, each at its time.</summary>
    public static IEnumerable<LiveChunk> Of(TsGenerator generator)
    {
        for (var frame = 0L; ; frame++)
            yield return new LiveChunk(TimeSpan.FromSeconds((double)frame / generator.FramesPerSecond), generator.Frames(1));
    }

    /// <summary>Ends after a time, behind a whole packet.</summary>
    public static IEnumerable<LiveChunk> Until(this IEnumerable<LiveChunk> feed, TimeSpan end) => feed.TakeWhile(chunk => chunk.At < end);

    /// <summary>Ends after a time, in the middle of a packet.</summary>
    public static IEnumerable<LiveChunk> BrokenOff(this IEnumerable<LiveChunk> feed, TimeSpan end)
    {
        foreach (var chunk in feed)
        {
            if (chunk.At < end)
            {
                yield return chunk;
                continue;
            }

            // In the middle of a PES packet too, where the chunk has more than one.
            yield return chunk with { Bytes = chunk.Bytes[..((chunk.Bytes.Length / 188 / 2 * 188) + 100)] };
            yield break;
        }
    }

    /// <summary>From a time on, something happens to the bytes: see <see cref="TsDamage"/>.</summary>
    public static IEnumerable<LiveChunk> From(this IEnumerable<LiveChunk> feed, TimeSpan start, Func<byte[], byte[]> damage) =>
        feed.Select(chunk => chunk.At < start ? chunk : chunk with { Bytes = damage(chunk.Bytes.ToArray()) });

    /// <summary>At a time, something happens once, say to the generator behind the feed.</summary>
    public static IEnumerable<LiveChunk> At(this IEnumerable<LiveChunk> feed, TimeSpan time, Action action)
    {
        var isDone = false;
        foreach (var chunk in feed)
        {
            yield return chunk;
            if (isDone || chunk.At < time)
                continue;
            isDone = true;
            action();
        }
    }
}
