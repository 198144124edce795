using Microsoft.Extensions.Logging.Abstractions;
using PlexBridge.Storage;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Storage;

public sealed class ChangeWatcherTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly SemaphoreSlim _takenUp = new(0);
    private Database _database = null!;
    private Database _verb = null!;
    private bool _isBroken;
    private int _count;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(_folder.Data);
        _verb = await Database.OpenAsync(_folder.Data);
    }

    public async Task DisposeAsync()
    {
        await _verb.DisposeAsync();
        await _database.DisposeAsync();
    }

    public void Dispose()
    {
        _takenUp.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_a_verb_writes_is_taken_up_within_two_seconds()
    {
        await using var watcher = await StartAsync();
        await WriteAsync("a");

        _clock.Advance(ChangeWatcher.Interval);

        await _takenUp.WaitAsync();
        Assert.Equal(1, _count);
    }

    [Fact]
    public async Task A_poke_takes_it_up_at_once_and_only_once()
    {
        await using var watcher = await StartAsync();

        await watcher.PokeAsync(CancellationToken.None);
        Assert.Equal(0, _count);
        await WriteAsync("a");
        await watcher.PokeAsync(CancellationToken.None);
        await watcher.PokeAsync(CancellationToken.None);

        Assert.Equal(1, _count);
    }

    [Fact]
    public async Task A_failed_take_up_is_tried_again()
    {
        await using var watcher = await StartAsync();
        _isBroken = true;
        await WriteAsync("a");

        await Assert.ThrowsAsync<InvalidOperationException>(() => watcher.PokeAsync(CancellationToken.None));
        _isBroken = false;
        await watcher.PokeAsync(CancellationToken.None);

        Assert.Equal(2, _count);
    }

    private async Task<ChangeWatcher> StartAsync()
    {
        var watcher = await ChangeWatcher.StartAsync(_database, _ =>
        {
            _count++;
            _takenUp.Release();
            return _isBroken ? throw new InvalidOperationException("on purpose") : Task.CompletedTask;
        }, _clock, NullLogger<ChangeWatcher>.Instance, CancellationToken.None);
        await _clock.WaitForTimersAsync(1, CancellationToken.None);
        return watcher;
    }

    private Task<int> WriteAsync(string key) => _verb.WriteAsync(
        connection => connection.Execute("INSERT INTO settings VALUES (@key, 'x')", ("@key", key)), CancellationToken.None);
}
