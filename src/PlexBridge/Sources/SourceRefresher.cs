using PlexBridge.Channels;
using PlexBridge.Settings;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>
/// Decides when each source is refreshed: after its interval give or take a tenth, sooner after a failure; one at a
/// time. What a refresh does is <see cref="PlaylistImport"/>'s. Runs in `serve` only.
/// </summary>
internal sealed partial class SourceRefresher(
    Database database, SettingsHolder settings, Func<CancellationToken, Task> publish, TimeProvider time, ILogger<SourceRefresher> logger) : BackgroundService
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly SourceStore _sources = new(database, time);
    private readonly PlaylistImport _import = new(database, settings, time);
    private readonly Dictionary<SourceId, int> _failures = [];

    /// <summary>Raised after each refresh, on the refreshing thread.</summary>
    public event Action<ImportResult>? Refreshed;

    /// <summary>Refreshes what is due, one after the other; returns how many were.</summary>
    public async Task<int> RefreshDueAsync(CancellationToken cancellationToken)
    {
        var refreshed = 0;
        foreach (var (id, due) in await _sources.ReadDueTimesAsync(cancellationToken))
        {
            if (due > time.GetUtcNow())
                break;
            await RefreshAsync(id, cancellationToken);
            refreshed++;
        }
        return refreshed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await CleanUpAsync(stoppingToken);
            while (true)
            {
                await RefreshDueOrLogAsync(stoppingToken);
                await Task.Delay(await TimeToNextAsync(stoppingToken), time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        // Whoever holds the lock is importing right now and cleans up himself.
        using var turn = await ImportLock.TakeAsync(database.Folder, TimeSpan.Zero, time, cancellationToken);
        if (turn is not null)
            await new RunCleanup(database, time).CleanAllAsync(cancellationToken);
    }

    private async Task RefreshDueOrLogAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshDueAsync(cancellationToken);
        }
        catch (StorageException fault)
        {
            LogFailed(fault.Message);
        }
    }

    private async Task RefreshAsync(SourceId id, CancellationToken cancellationToken)
    {
        // First the time of the next try: what throws must not be tried again at once.
        await _sources.SetNextRefreshAsync(id, time.GetUtcNow() + RefreshPause.FirstRetry, cancellationToken);
        var result = await _import.RefreshAsync(id, isForced: false, cancellationToken);
        if (result is null)
            return;
        if (result.Outcome == ImportOutcome.Applied)
            await publish(cancellationToken);
        _failures[id] = result.IsGood ? 0 : _failures.GetValueOrDefault(id) + 1;
        if (!result.IsGood)
        {
            var interval = (await _sources.FindAsync(id, cancellationToken))?.RefreshInterval ?? settings.Current.Get(SettingsCatalog.SourceInterval);
            await _sources.SetNextRefreshAsync(id, time.GetUtcNow() + RefreshPause.After(interval, _failures[id]), cancellationToken);
        }
        if (result.IsGood)
            LogRefreshed(result.Message);
        else
            LogNotRefreshed(result.Message);
        Refreshed?.Invoke(result);
    }

    private async Task<TimeSpan> TimeToNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            var due = await _sources.ReadDueTimesAsync(cancellationToken);
            var wait = due.Count == 0 ? LongestSleep : due[0].Due - time.GetUtcNow();
            // Verbs beside us add sources and change intervals, so a look once a minute.
            return wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait > LongestSleep ? LongestSleep : wait;
        }
        catch (StorageException)
        {
            return LongestSleep;
        }
    }
}
