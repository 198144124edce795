namespace PlexBridge.Streaming.Splice;

/// <summary>
/// Keeps the viewers' connections alive while the relay waits for its source: players give up on silence long before a
/// backup has begun. Waits for something else and writes now and then until it comes.
/// </summary>
/// <remarks>Belongs to the relay's pump; not thread-safe.</remarks>
internal sealed class Keepalive(SpliceOutput output, TimeProvider time)
{
    /// <summary>Silence that is nothing yet.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(400);

    /// <summary>As often as tables are due.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private Task _beat = Task.CompletedTask;
    private long _deliveredAt = time.GetTimestamp();

    /// <summary>Something of the source went out.</summary>
    public void Delivered() => _deliveredAt = time.GetTimestamp();

    /// <summary>Bytes come and none of them goes out.</summary>
    public void Withheld()
    {
        if (!_beat.IsCompleted)
            return;
        Beat();
        _beat = Task.Delay(Interval, time);
    }

    /// <summary>Awaits something of the source's.</summary>
    public async ValueTask<T> WhileAsync<T>(ValueTask<T> pending)
    {
        if (pending.IsCompleted || !output.HasStarted)
            return await pending.ConfigureAwait(false);
        var task = pending.AsTask();
        await WhileAsync((Task)task).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>Awaits anything, and throws what it throws.</summary>
    public async Task WhileAsync(Task pending)
    {
        while (!pending.IsCompleted && output.HasStarted)
        {
            if (_beat.IsCompleted)
                _beat = Task.Delay(Interval, time);
            if (await Task.WhenAny(pending, _beat).ConfigureAwait(false) != pending)
                Beat();
        }

        await pending.ConfigureAwait(false);
    }

    private void Beat()
    {
        if (time.GetElapsedTime(_deliveredAt) >= Silence)
            output.WriteKeepalive();
    }
}
