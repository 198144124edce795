using PlexBridge.Channels;
using PlexBridge.Streaming;

namespace PlexBridge.Tuner;

/// <summary>
/// Streams a channel on the request's connection; ends when the stream has ended, or before anything was sent with the
/// reason why there is none.
/// </summary>
/// <param name="tuner">The tuner asked for, from 0; null for the first free one.</param>
/// <param name="duration">When the stream ends by itself; null for never.</param>
internal delegate Task<OpenResult.Refused?> PlayChannel(HttpContext context, LineupChannel channel, int? tuner, TimeSpan? duration);

/// <summary>What the tuner's endpoints take from the rooms below; wired in one place at the start.</summary>
internal sealed record TunerInputs
{
    /// <summary>The published lineup at this moment.</summary>
    public required Func<Lineup> Lineup { get; init; }

    /// <summary>Reads the lineup anew and publishes it.</summary>
    public required Func<CancellationToken, Task> RepublishAsync { get; init; }

    /// <summary>Every enabled channel in the order of numbers, also those above the lineup's limit.</summary>
    public required Func<CancellationToken, IAsyncEnumerable<LineupChannel>> ReadEnabled { get; init; }

    /// <summary>An enabled channel, published or not; null where there is none.</summary>
    public required Func<ChannelId, CancellationToken, Task<LineupChannel?>> FindEnabledAsync { get; init; }

    /// <summary>Every tuner with the session that holds it.</summary>
    public required Func<IReadOnlyList<TunerSnapshot>> Tuners { get; init; }

    public required PlayChannel PlayAsync { get; init; }
}
