using System.Net.Sockets;
using System.Text;

namespace PlexBridge.Storage;

/// <summary>
/// The running appliance's ear for its own verbs: a Unix socket in the data folder, one word in, one line of JSON out.
/// One connection at a time, by one loop; owned by `serve`.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    public const string Done = """{"ok":true}""";

    private const int LongestRequest = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly DataFolder _folder;
    private readonly IReadOnlyDictionary<string, Func<CancellationToken, Task<string>>> _answers;
    private readonly TimeProvider _timeProvider;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    private ControlServer(
        DataFolder folder, IReadOnlyDictionary<string, Func<CancellationToken, Task<string>>> answers, TimeProvider timeProvider, Socket listener)
    {
        _folder = folder;
        _answers = answers;
        _timeProvider = timeProvider;
        _listener = listener;
        _loop = ListenAsync(_stopping.Token);
    }

    /// <summary>Listens from now on.</summary>
    /// <param name="answers">By request word; each gives one line of JSON.</param>
    /// <exception cref="StorageException">Another appliance runs on this folder, or the socket can't be made.</exception>
    public static async Task<ControlServer> StartAsync(
        DataFolder folder, IReadOnlyDictionary<string, Func<CancellationToken, Task<string>>> answers, TimeProvider timeProvider)
    {
        var path = folder.ControlSocketPath;
        if (!folder.HasControlSocketPathThatFits)
            throw new StorageException($"The path {path} is longer than the {DataFolder.SocketPathLimit} bytes a socket may have. " +
                "Choose a data folder with a shorter path.");
        if (await ControlClient.IsAppliancePresentAsync(folder, CancellationToken.None))
            throw new StorageException($"Another PlexBridge is already running on the data folder {folder.Path}. " +
                "Stop it, or give this one a folder of its own with --data.");

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Left behind by an appliance that was killed: nobody answers on it.
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(128);
            return new ControlServer(folder, answers, timeProvider, listener);
        }
        catch (Exception fault) when (fault is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw StorageFaults.ExplainFolder(fault, folder.Path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _listener.Dispose();
        File.Delete(_folder.ControlSocketPath);
        _stopping.Dispose();
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var connection = await _listener.AcceptAsync(stopping);
                using var patience = new CancellationTokenSource(Patience, _timeProvider);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
                await AnswerAsync(connection, either.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException)
            {
                // A caller that went away or never asked costs nobody else anything.
            }
        }
    }

    private async Task AnswerAsync(Socket connection, CancellationToken cancellationToken)
    {
        var request = await ReadLineAsync(connection, cancellationToken);
        string reply;
        try
        {
            reply = _answers.TryGetValue(request, out var answer)
                ? await answer(cancellationToken)
                : """{"error":"unknown request"}""";
        }
        catch (Exception fault) when (fault is StorageException or InvalidOperationException)
        {
            reply = $$"""{"error":"{{System.Text.Json.JsonEncodedText.Encode(fault.Message)}}"}""";
        }

        ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(reply + "\n");
        while (!rest.IsEmpty) rest = rest[await connection.SendAsync(rest, cancellationToken)..];
        connection.Shutdown(SocketShutdown.Both);
    }

    private static async Task<string> ReadLineAsync(Socket connection, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await connection.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0) break;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf((byte)'\n') is var end and >= 0)
                return Encoding.UTF8.GetString(buffer, 0, end).Trim();
        }

        return "";
    }
}
