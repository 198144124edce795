namespace PlexBridge.Storage;

/// <summary>
/// Notices what verbs and other processes wrote: asks the database every two seconds, or at once when poked, and has the
/// change taken up. Owned by `serve`; changes are taken up one at a time.
/// </summary>
internal sealed partial class ChangeWatcher : IAsyncDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Database _database;
    private readonly Func<CancellationToken, Task> _takeUp;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<ChangeWatcher> _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private long _seen;

    private ChangeWatcher(Database database, long seen, Func<CancellationToken, Task> takeUp, TimeProvider timeProvider, ILogger<ChangeWatcher> logger)
    {
        _database = database;
        _seen = seen;
        _takeUp = takeUp;
        _timeProvider = timeProvider;
        _logger = logger;
        _loop = WatchAsync(_stopping.Token);
    }

    /// <summary>Watches from now on.</summary>
    /// <param name="takeUp">Reloads what depends on the database (settings, then the lineup). A fault is logged and the watch goes on.</param>
    public static async Task<ChangeWatcher> StartAsync(
        Database database, Func<CancellationToken, Task> takeUp, TimeProvider timeProvider, ILogger<ChangeWatcher> logger, CancellationToken cancellationToken) =>
        new(database, await database.ReadChangeCounterAsync(cancellationToken), takeUp, timeProvider, logger);

    /// <summary>Looks now; returns when what is found has been taken up.</summary>
    public async Task PokeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Before taking up: what is written meanwhile is seen next time.
            var counter = await _database.ReadChangeCounterAsync(cancellationToken);
            if (counter == _seen) return;
            await _takeUp(cancellationToken);
            _seen = counter;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
        _turn.Dispose();
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, _timeProvider);
        var isFailing = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    await PokeAsync(stopping);
                    isFailing = false;
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    // The first of a row only: it is tried again every two seconds.
                    if (!isFailing) LogTakeUpFailed(fault.Message, fault);
                    isFailing = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    [LoggerMessage(5001, LogLevel.Error, "A change in the database could not be taken up and will be tried again: {Reason}")]
    private partial void LogTakeUpFailed(string reason, Exception fault);
}
