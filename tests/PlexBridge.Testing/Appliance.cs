using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace PlexBridge.Testing;

/// <summary>The published binary as a child process that serves. Owns the process; disposing it ends it, gently first.</summary>
public sealed partial class Appliance : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int KillNow = 9;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;

    private Appliance(Process process, Task reading, StringBuilder errors, string readyLine)
    {
        (_process, _reading, _errors, ReadyLine) = (process, reading, errors, readyLine);
        var match = Ready().Match(readyLine);
        if (!match.Success)
            throw new InvalidOperationException($"not a ready line: {readyLine}");
        Address = new Uri(match.Groups["address"].Value + "/");
        TunerAddress = match.Groups["tuner"].Value;
        DeviceId = match.Groups["device"].Value;
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public string ReadyLine { get; }

    public Uri Address { get; }

    public string TunerAddress { get; }

    public string DeviceId { get; }

    public HttpClient Client { get; }

    public int ProcessId => _process.Id;

    /// <summary>Everything on stderr so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <summary>Starts `serve` on a port of its own and waits for the ready line.</summary>
    public static Task<Appliance> ServeAsync(string data, params string[] arguments) => ServeOnAsync("127.0.0.1:0", data, arguments);

    public static async Task<Appliance> ServeOnAsync(string listen, string data, params string[] arguments)
    {
        var process = Programs.Start(TestPaths.Binary, ["serve", "--data", data, "--listen", listen, .. arguments]);
        process.StandardInput.Close();
        var errors = new StringBuilder();
        var reading = CollectAsync(process.StandardError, errors);
        using var timeout = new CancellationTokenSource(StartLimit);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
                if (line.Contains(" ready: ", StringComparison.Ordinal))
                    return new Appliance(process, reading, errors, line);
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            throw new TimeoutException($"no ready line within {StartLimit.TotalSeconds} s; stderr: {errors}", e);
        }
        await process.WaitForExitAsync();
        await reading;
        throw new InvalidOperationException($"serve ended with {process.ExitCode} instead of getting ready; stderr: {errors}");
    }

    /// <summary>Runs a verb to its end.</summary>
    public static Task<Ran> RunAsync(string data, params string[] arguments) =>
        Programs.RunAsync(TestPaths.Binary, [.. arguments, "--data", data], TimeSpan.FromSeconds(30));

    /// <summary>SIGTERM; gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
            Signal(Terminate);
        using var timeout = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(timeout.Token);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no chance to clean up.</summary>
    public async Task KillAsync()
    {
        Signal(KillNow);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        try
        {
            await StopAsync();
        }
        catch (OperationCanceledException e)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"serve did not stop within {StopLimit.TotalSeconds} s of SIGTERM; stderr: {Errors}", e);
        }
        finally
        {
            _process.Dispose();
        }
    }

    private static async Task CollectAsync(StreamReader from, StringBuilder into)
    {
        while (await from.ReadLineAsync() is { } line)
            lock (into)
                into.AppendLine(CultureInfo.InvariantCulture, $"{line}");
    }

    private void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0 && !_process.HasExited)
            throw new InvalidOperationException($"kill failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);

    [GeneratedRegex(@"^PlexBridge \S+ ready: (?<address>http://\S+:\d+) \(tuner (?<tuner>\S+:\d+), device (?<device>[0-9A-F]{8})\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ready();
}
