using PlexBridge.Formats.HdHomeRun;
using PlexBridge.Testing;
using PlexBridge.Tuner;

namespace PlexBridge.Tests.Tuner;

public sealed class LineupScanTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly LineupScan _scan;
    private int _published;

    public LineupScanTests() => _scan = new LineupScan(_time, _ =>
    {
        _published++;
        return Task.CompletedTask;
    });

    [Fact]
    public async Task A_scan_shows_progress_and_ends_by_itself()
    {
        Assert.Equal(new LineupStatus.Idle(), _scan.Status(480));

        await _scan.StartAsync(CancellationToken.None);
        Assert.Equal(new LineupStatus.Scanning(0, 0), _scan.Status(480));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(new LineupStatus.Scanning(50, 240), _scan.Status(480));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(new LineupStatus.Idle(), _scan.Status(480));
    }

    [Fact]
    public async Task An_aborted_scan_is_over()
    {
        await _scan.StartAsync(CancellationToken.None);
        _scan.Abort();
        Assert.Equal(new LineupStatus.Idle(), _scan.Status(480));
    }

    [Fact]
    public async Task A_client_that_asks_again_does_not_start_the_progress_anew()
    {
        await _scan.StartAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _scan.StartAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new LineupStatus.Idle(), _scan.Status(480));
    }

    [Fact]
    public async Task The_lineup_is_published_at_most_once_a_second()
    {
        for (var count = 0; count < 50; count++)
            await _scan.StartAsync(CancellationToken.None);
        Assert.Equal(1, _published);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _scan.StartAsync(CancellationToken.None);
        Assert.Equal(2, _published);
    }
}
