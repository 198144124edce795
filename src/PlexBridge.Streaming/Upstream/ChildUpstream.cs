using System.Diagnostics;
using System.Runtime.InteropServices;
using PlexBridge.Streaming.Children;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// A child process that writes a transport stream to its stdout. Owns the process and what serves it: disposing asks the
/// child to end, and kills its whole group when it doesn't.
/// </summary>
internal sealed partial class ChildUpstream : IUpstream
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TermGrace = TimeSpan.FromSeconds(2);
    private readonly Process _process;
    private readonly RemuxInput? _input;
    private readonly RemuxSite? _site;
    private readonly ChildWords _words;
    private readonly Task _errors;

    private ChildUpstream(Process process, RemuxInput? input, RemuxSite? site)
    {
        _process = process;
        _input = input;
        _site = site;
        _words = new ChildWords(input?.Secrets ?? []);
        _errors = _words.ReadAsync(process.StandardError);
    }

    public string Kind => _input?.Kind ?? "ffmpeg";

    public bool ArrivesInBursts => _input?.ArrivesInBursts ?? false;

    public TimeSpan? StallLimit => _input?.StallLimit;

    /// <summary>What it said last, without addresses and secrets.</summary>
    public IReadOnlyList<string> Words => _words.Lines;

    /// <summary>Starts a command that makes a stream by itself.</summary>
    /// <exception cref="UpstreamException">The program can't be started.</exception>
    public static ChildUpstream Start(ChildLauncher launcher, ChildCommand command) => Start(launcher, command, null, null);

    /// <summary>Starts an ffmpeg that copies a stream.</summary>
    /// <param name="launcher">Starts it.</param>
    /// <param name="command">Its command line.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="site">What serves its HTTP; taken over, whatever happens after.</param>
    /// <exception cref="UpstreamException">The program can't be started.</exception>
    public static ChildUpstream Start(ChildLauncher launcher, ChildCommand command, RemuxInput? input, RemuxSite? site)
    {
        try
        {
            return new ChildUpstream(launcher.Start(command), input, site);
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
        throw _site?.Fault ?? RemuxFault.Of(Kind, _words.Lines);
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
        if (_site is not null)
            await _site.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>To the whole group; to the process alone where it was started without the shim and has no group of its own.</summary>
    private void Signal(int signal)
    {
        if (!_process.HasExited && Kill(-_process.Id, signal) != 0)
            _ = Kill(_process.Id, signal);
    }

    private const int SigTerm = 15;
    private const int SigKill = 9;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
