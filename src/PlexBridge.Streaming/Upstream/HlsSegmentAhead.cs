using PlexBridge.Formats.Hls;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// The next segment, asked for while the one before is still being read: its answer and its key are there when its turn
/// comes, its body stays with the network until then. Owns the request; <see cref="TakeAsync"/> hands the body over.
/// </summary>
internal sealed class HlsSegmentAhead : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly HlsSegment _segment;
    private Task<HlsSegmentBody>? _opening;

    public HlsSegmentAhead(HlsSegment segment, Func<HlsSegment, CancellationToken, Task<HlsSegmentBody>> open, CancellationToken life)
    {
        _segment = segment;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(life);
        _opening = open(segment, _stop.Token);
    }

    /// <summary>True for the very segment: a playlist that started anew uses numbers again.</summary>
    public bool Is(HlsSegment segment) => segment.Sequence == _segment.Sequence && segment.Address == _segment.Address && segment.Range == _segment.Range;

    /// <summary>The body, which is the caller's from then on.</summary>
    public async Task<HlsSegmentBody> TakeAsync(CancellationToken token)
    {
        var opening = _opening ?? throw new InvalidOperationException("The segment has been taken.");
        await ((Task)opening).WaitAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        token.ThrowIfCancellationRequested();
        _opening = null;
        return await opening.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_opening is { } opening)
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully)
                (await opening.ConfigureAwait(false)).Dispose();
        }

        _stop.Dispose();
    }
}
