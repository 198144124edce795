using System.Collections.Concurrent;
using System.Diagnostics;

namespace PlexBridge.Streaming.Children;

/// <summary>A program and its arguments, as a list: nothing here ever passes a shell.</summary>
/// <param name="Program">A name on the PATH or a path.</param>
/// <param name="Arguments">The arguments, one by one.</param>
public sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables beside those it inherits. Other users of the machine can read arguments, and not these.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>A program that could not be started; the message is fit for a person.</summary>
public sealed class ChildStartException(string message, Exception inner) : Exception(message, inner);

/// <summary>
/// Starts child processes from one dedicated thread. Linux delivers the parent-death signal when the forking
/// <em>thread</em> ends, so children must not be started from pool threads that come and go; and .NET can't set that
/// signal itself, so a child is started through <paramref name="shim"/>, which makes it a process group of its own,
/// asks for the signal and then becomes the program.
/// </summary>
/// <param name="shim">Program and leading arguments of the shim (the appliance's own hidden verb); empty to start programs directly.</param>
public sealed class ChildLauncher(IReadOnlyList<string> shim) : IDisposable
{
    /// <summary>
    /// Variables that no child inherits: a proxy of the machine's would lead its requests astray, a report would write its
    /// arguments to a file, and our settings may hold secrets.
    /// </summary>
    private static readonly string[] NotInherited = ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "FFREPORT", "DATABASE_URL"];

    private readonly BlockingCollection<Action> _work = new(boundedCapacity: 64);
    private readonly Lock _gate = new();
    private Thread? _thread;

    /// <summary>
    /// Starts a program with stdout and stderr piped and stdin closed.
    /// </summary>
    /// <exception cref="ChildStartException">It isn't installed or can't be started.</exception>
    public Process Start(ChildCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        EnsureThread();
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(StartHere(command));
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Whether a program is to be found on the PATH of this process.</summary>
    public static string? Find(string program, string? path)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (program.Contains('/', StringComparison.Ordinal))
            return File.Exists(program) ? program : null;
        return (path ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread?.Join();
        _work.Dispose();
    }

    private Process StartHere(ChildCommand command)
    {
        string[] all = [.. shim, command.Program, .. command.Arguments];
        var start = new ProcessStartInfo(all[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in all.AsSpan(1))
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(IsNotInherited).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new ChildStartException($"{command.Program} can't be started ({exception.Message}). Install it, on Debian with: apt-get install {command.Program}", exception);
        }
    }

    private static bool IsNotInherited(string name) =>
        name.StartsWith("PLEXBRIDGE_", StringComparison.Ordinal) || NotInherited.Contains(name, StringComparer.OrdinalIgnoreCase);

    private void EnsureThread()
    {
        lock (_gate)
        {
            if (_thread is not null)
                return;
            _thread = new Thread(() =>
            {
                foreach (var work in _work.GetConsumingEnumerable())
                    work();
            })
            { IsBackground = true, Name = "child launcher" };
            _thread.Start();
        }
    }
}
