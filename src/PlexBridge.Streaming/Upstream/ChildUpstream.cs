using System.Diagnostics;
using System.Runtime.InteropServices;
using PlexBridge.Streaming.Children;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// A child process that writes a transport stream to its stdout. Owns the process: disposing asks it to end, and
/// kills its whole group when it doesn't.
/// </summary>
internal sealed partial class ChildUpstream : IUpstream
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TermGrace = TimeSpan.FromSeconds(2);
    private readonly Process _process;
    private readonly Task _errors;
    private readonly Queue<string> _lastErrors = new();

    private ChildUpstream(Process process)
    {
        _process = process;
        _errors = ReadErrorsAsync();
    }

    public string Kind => "ffmpeg";

    public bool ArrivesInBursts => false;

    public TimeSpan? StallLimit => null;

    public static ChildUpstream Start(ChildLauncher launcher, ChildCommand command)
    {
        try
        {
            return new ChildUpstream(launcher.Start(command));
        }
        catch (ChildStartException exception)
        {
            throw new UpstreamException(UpstreamFault.Unsupported, exception.Message, exception);
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        var read = await _process.StandardOutput.BaseStream.ReadAsync(buffer, token).ConfigureAwait(false);
        if (read > 0)
            return read;
        await Task.WhenAny(_errors, Task.Delay(LastWords, TimeProvider.System, token)).ConfigureAwait(false);
        throw new UpstreamException(UpstreamFault.Ended, $"ffmpeg ended: {LastError()}");
    }

    public bool TakeDiscontinuity() => false;

    public async ValueTask DisposeAsync()
    {
        try
        {
            Signal(SigTerm);
            using var grace = new CancellationTokenSource(TermGrace, TimeProvider.System);
            await _process.WaitForExitAsync(grace.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Signal(SigKill);
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        // A grandchild may hold the pipe open: its words are not worth waiting for.
        await Task.WhenAny(_errors, Task.Delay(LastWords, TimeProvider.System)).ConfigureAwait(false);
        _process.Dispose();
    }

    /// <summary>To the whole group; to the process alone where it was started without the shim and has no group of its own.</summary>
    private void Signal(int signal)
    {
        if (!_process.HasExited && Kill(-_process.Id, signal) != 0)
            _ = Kill(_process.Id, signal);
    }

    private async Task ReadErrorsAsync()
    {
        // Capped: a child that floods its stderr must not fill our memory.
        while (await _process.StandardError.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_lastErrors)
            {
                _lastErrors.Enqueue(line.Length > 300 ? line[..300] : line);
                if (_lastErrors.Count > 20)
                    _lastErrors.Dequeue();
            }
        }
    }

    private string LastError()
    {
        lock (_lastErrors)
            return _lastErrors.Count == 0 ? "it gave no reason" : _lastErrors.Last();
    }

    private const int SigTerm = 15;
    private const int SigKill = 9;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
