using System.Runtime.InteropServices;

namespace PlexBridge.Streams;

/// <summary>
/// What the hidden verb <c>child-exec PARENT -- PROGRAM ARGUMENTS</c> does between fork and the program: a process
/// group of its own, the signal that ends it when the thread that started it goes, and then exec. .NET can't do any of
/// it between its own fork and exec.
/// </summary>
internal static partial class ChildShim
{
    /// <summary>The hidden verb.</summary>
    public const string Verb = "child-exec";

    private const int SetParentDeathSignal = 1;
    private const int SigKill = 9;

    /// <summary>
    /// The words that start a program through the shim. None where this process isn't the published binary (tests under
    /// the JIT): children are started directly then.
    /// </summary>
    public static IReadOnlyList<string> Of(string? processPath, int processId) =>
        Path.GetFileName(processPath) is { } name && name != "dotnet" && name != "testhost"
            ? [processPath!, Verb, processId.ToString(System.Globalization.CultureInfo.InvariantCulture), "--"]
            : [];

    /// <summary>Becomes the program; returns an exit code only when that fails.</summary>
    public static int Become(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length < 3 || arguments[1] != "--" || !int.TryParse(arguments[0], out var parent))
            return 2;
        _ = SetProcessGroup(0, 0);
        _ = ProcessControl(SetParentDeathSignal, SigKill, 0, 0, 0);
        // The parent may have died before the signal was asked for; then nobody would ever send it.
        if (ParentId() != parent)
            return 1;
        string?[] program = [.. arguments[2..], null];
        _ = Execute(program[0]!, program);
        // Read by the appliance from our stderr: the one place that knows why nothing came.
        var words = System.Text.Encoding.UTF8.GetBytes($"{program[0]} is not installed or can't be started; on Debian: apt-get install {Path.GetFileName(program[0])}\n");
        _ = Write(2, words, (nuint)words.Length);
        return 127;
    }

    [LibraryImport("libc", EntryPoint = "setpgid")]
    private static partial int SetProcessGroup(int process, int group);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "execvp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string file, string?[] arguments);
}
