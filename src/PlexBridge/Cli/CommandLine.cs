using System.CommandLine;
using System.Runtime.InteropServices;
using PlexBridge.Settings;
using PlexBridge.Storage;

namespace PlexBridge.Cli;

/// <summary>The program's verbs. One file each; this one is their table.</summary>
internal sealed class CommandLine(Terminal terminal, VerbSeams seams)
{
    private readonly SharedOptions _shared = new();

    /// <summary>Runs the process's command line; SIGTERM and SIGINT cancel it.</summary>
    public static async Task<int> RunAsync(string[] args, VerbSeams seams)
    {
        using var stopping = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        return await new CommandLine(Terminal.OfProcess(), seams).RunAsync(args, stopping.Token);

        void Stop(PosixSignalContext signal)
        {
            // A second signal ends the process at once, as the system would.
            signal.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        }
    }

    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var parsed = BuildRoot().Parse(args);
        // Signals are ours: System.CommandLine's would end `serve` after two seconds.
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        var exitCode = await parsed.InvokeAsync(configuration, cancellationToken);
        return parsed.Errors.Count > 0 ? ExitCode.WrongUsage : exitCode;
    }

    /// <summary>Makes a verb's body an action: gives it its run and turns what went wrong into one line.</summary>
    public Func<ParseResult, CancellationToken, Task<int>> Action(Func<VerbRun, CancellationToken, Task<int>> body) => async (parsed, cancellationToken) =>
    {
        try
        {
            return await body(new VerbRun(parsed, _shared, terminal), cancellationToken);
        }
        catch (Exception fault) when (fault is StorageException or SettingsException or IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync(fault.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("Interrupted; what was already stored is kept.");
            return ExitCode.Failed;
        }
    };

    private RootCommand BuildRoot()
    {
        var root = new RootCommand(
            """
            PlexBridge: IPTV playlists in, an HDHomeRun tuner for Plex, Emby and Jellyfin out.

            A first run:
              plexbridge import https://example.org/playlist.m3u
              plexbridge serve
            then add the printed address to Plex under Live TV & DVR.
            """)
        {
            ServeVerb.Build(this, _shared, seams),
            CheckVerb.Build(this),
            ImportVerb.Build(this, seams),
            SourcesVerb.Build(this, seams),
            ChannelsVerb.Build(this),
            SettingsVerb.Build(this),
            SessionsVerb.Build(this),
            ProbeVerb.Build(this, seams),
            VersionVerb.Build(this),
            _shared.Data,
            _shared.Json,
            _shared.LogLevel,
        };
        // No verb is `serve`, with the options of `serve`.
        ServeVerb.Complete(root, this, _shared, seams);
        return root;
    }
}
