using PlexBridge.Streaming.Splice;

namespace PlexBridge.Streaming;

/// <summary>When a channel that plays from a backup tries its first stream again.</summary>
/// <remarks>Owner: the relay's pump, one for each connection to a backup.</remarks>
internal sealed class PrimaryReturn(RelayChannel channel, RelayOptions options, RelayContext context, CancellationToken stop) : IAsyncDisposable
{
    private PrimaryTrial? _trial;
    private Task _over = Task.CompletedTask;
    private long _since = context.Time.GetTimestamp();

    /// <summary>Begins a trial when it is time; hands over one that has worked, which is the caller's to dispose.</summary>
    public PrimaryTrial? Look(SpliceLayout? layout)
    {
        if (options.PrimaryRetry == TimeSpan.Zero || layout is null)
            return null;
        if (_trial is null)
        {
            if (context.Time.GetElapsedTime(_since) < options.PrimaryRetry)
                return null;
            _since = context.Time.GetTimestamp();
            _trial = PrimaryTrial.Start(channel.Streams[0], options, context, stop);
            return null;
        }

        if (!_trial.IsOver)
            return null;
        var trial = _trial;
        _trial = null;
        if (trial.Map is { } map && layout.Fit(map, isSame: false) is not null)
            return trial;
        _over = trial.DisposeAsync().AsTask();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.ConfigureAwait(false);
        if (_trial is not null)
            await _trial.DisposeAsync().ConfigureAwait(false);
    }
}
