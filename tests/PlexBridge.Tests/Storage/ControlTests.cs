using System.Net.Sockets;
using PlexBridge.Storage;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Storage;

public sealed class ControlTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _changes;

    public ControlTests() => _folder.Data.Create();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_verb_is_heard_and_answered()
    {
        await using var server = await StartAsync();

        await ControlClient.AnnounceChangeAsync(_folder.Data, CancellationToken.None);
        var sessions = await ControlClient.AskAsync(_folder.Data, ControlClient.Sessions, CancellationToken.None);

        Assert.Equal(1, _changes);
        Assert.Equal("[]", sessions);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.Data.ControlSocketPath));
    }

    [Fact]
    public async Task Many_verbs_at_once_are_all_heard()
    {
        await using var server = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ControlClient.AnnounceChangeAsync(_folder.Data, CancellationToken.None)));

        Assert.Equal(20, _changes);
    }

    [Fact]
    public async Task Without_an_appliance_there_is_no_answer() =>
        Assert.Null(await ControlClient.AskAsync(_folder.Data, ControlClient.Sessions, CancellationToken.None));

    [Fact]
    public async Task Rubbish_and_faults_are_answered_and_the_next_is_served()
    {
        await using var server = await StartAsync();

        Assert.Contains("unknown request", await ControlClient.AskAsync(_folder.Data, "rubbish", CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains("unknown request", await ControlClient.AskAsync(_folder.Data, new string('x', 5000), CancellationToken.None) ?? "unknown request", StringComparison.Ordinal);
        Assert.Equal("""{"error":"no \u0022luck\u0022"}""", await ControlClient.AskAsync(_folder.Data, "fail", CancellationToken.None));
        Assert.Equal("[]", await ControlClient.AskAsync(_folder.Data, ControlClient.Sessions, CancellationToken.None));
    }

    [Fact]
    public async Task A_caller_that_says_nothing_is_hung_up_on()
    {
        var clock = new ManualTimeProvider();
        await using var server = await StartAsync(clock);
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await silent.ConnectAsync(new UnixDomainSocketEndPoint(_folder.Data.ControlSocketPath));
        await clock.WaitForTimersAsync(1, CancellationToken.None);

        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(0, await silent.ReceiveAsync(new byte[1]));
        Assert.Equal("[]", await ControlClient.AskAsync(_folder.Data, ControlClient.Sessions, CancellationToken.None));
    }

    [Fact]
    public async Task A_second_appliance_on_the_folder_is_refused()
    {
        await using var server = await StartAsync();

        var refused = await Assert.ThrowsAsync<StorageException>(() => StartAsync());

        Assert.Contains("already running", refused.Message, StringComparison.Ordinal);
        Assert.Equal("[]", await ControlClient.AskAsync(_folder.Data, ControlClient.Sessions, CancellationToken.None));
    }

    [Fact]
    public async Task A_socket_left_by_a_killed_appliance_is_replaced()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(_folder.Data.ControlSocketPath + "2"));
            File.Move(_folder.Data.ControlSocketPath + "2", _folder.Data.ControlSocketPath);
        }

        await using (await StartAsync())
            Assert.Equal("[]", await ControlClient.AskAsync(_folder.Data, ControlClient.Sessions, CancellationToken.None));

        Assert.False(File.Exists(_folder.Data.ControlSocketPath));
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_is_refused_with_a_remedy()
    {
        var deep = new DataFolder(Path.Combine(_folder.Parent, new string('d', 100)));

        var refused = await Assert.ThrowsAsync<StorageException>(() => StartAsync(folder: deep));

        Assert.Contains("shorter path", refused.Message, StringComparison.Ordinal);
    }

    private Task<ControlServer> StartAsync(TimeProvider? clock = null, DataFolder? folder = null) => ControlServer.StartAsync(
        folder ?? _folder.Data,
        new Dictionary<string, Func<CancellationToken, Task<string>>>
        {
            [ControlClient.Changed] = _ =>
            {
                Interlocked.Increment(ref _changes);
                return Task.FromResult(ControlServer.Done);
            },
            [ControlClient.Sessions] = _ => Task.FromResult("[]"),
            ["fail"] = _ => throw new InvalidOperationException("no \"luck\""),
        },
        clock ?? TimeProvider.System);
}
