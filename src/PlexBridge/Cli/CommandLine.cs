using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using PlexBridge.Settings;
using PlexBridge.Storage;

namespace PlexBridge.Cli;

/// <summary>The program's verbs. One file each; this one is their table.</summary>
internal sealed class CommandLine(Terminal terminal, VerbSeams seams)
{
    private readonly SharedOptions _shared = new();
    private readonly Dictionary<Command, string> _lessons = [];

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    /// <summary>Runs the process's command line; SIGTERM and SIGINT cancel it.</summary>
    public static async Task<int> RunAsync(string[] args, VerbSeams seams)
    {
        using var stopping = new CancellationTokenSource();
        var line = new CommandLine(Terminal.OfProcess(), seams);
        ITimer? patience = null;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            return await line.RunAsync(args, stopping.Token);
        }
        finally
        {
            if (patience is not null)
                await patience.DisposeAsync();
        }

        void Stop(PosixSignalContext signal)
        {
            // A second signal ends the process at once, as the system would.
            signal.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
            // A verb may hang in a read that can't be cancelled (a pipe that nobody writes to); `serve` takes the time it needs.
            if (!line.TakesItsTimeToStop)
                patience = TimeProvider.System.CreateTimer(_ => Environment.Exit(ExitCode.Failed), null, StopPatience, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Set by the verb that ends by itself in its own time once it is told to.</summary>
    public bool TakesItsTimeToStop { get; set; }

    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var parsed = BuildRoot().Parse(args);
        if (parsed.Errors.Count > 0) return await RefuseAsync(parsed);

        // Signals are ours: System.CommandLine's would end `serve` after two seconds.
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, cancellationToken);
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

    /// <summary>Adds to a verb's --help what its one line can't say.</summary>
    public void Teach(Command command, string lesson) => _lessons.Add(command, lesson);

    private async Task<int> RefuseAsync(ParseResult parsed)
    {
        foreach (var error in parsed.Errors) await terminal.Error.WriteLineAsync(error.Message);
        var verb = parsed.CommandResult.Command;
        await terminal.Error.WriteLineAsync($"`plexbridge {(verb is RootCommand ? "" : NameOf(verb) + " ")}--help` shows what is possible.");
        return ExitCode.WrongUsage;
    }

    private static string NameOf(Command verb) =>
        verb.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand ? NameOf(parent) + " " + verb.Name : verb.Name;

    private RootCommand BuildRoot()
    {
        var root = new RootCommand("PlexBridge: IPTV playlists in, an HDHomeRun tuner for Plex, Emby and Jellyfin out.")
        {
            ServeVerb.Build(this, _shared, seams),
            CheckVerb.Build(this),
            ImportVerb.Build(this),
            SourcesVerb.Build(this),
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
        Teach(root,
            """
            A first run:
              plexbridge import https://example.org/playlist.m3u
              plexbridge serve
            then add the printed address to Plex under Live TV & DVR. Without a verb, `serve` is meant.

            Exit codes: 0 done, 1 failed (one line on stderr says why and what to do), 2 wrong usage.

            """);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new TeachingHelp((HelpAction)help.Action!, _lessons);
        return root;
    }
}
