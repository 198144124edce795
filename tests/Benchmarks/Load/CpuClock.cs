using System.ComponentModel;
using System.Runtime.InteropServices;

namespace PlexBridge.Benchmarks.Load;

/// <summary>
/// CPU time by the operating system's accounting: what utime and stime of /proc/PID/stat say in hundredths of a second,
/// but in nanoseconds, from the process's own CPU clock.
/// </summary>
internal static partial class CpuClock
{
    /// <summary>Of a process and everything that runs below it.</summary>
    public static TimeSpan OfTree(int processId) =>
        ProcessTree.Of(processId).Aggregate(TimeSpan.Zero, (sum, id) => sum + Of(id));

    private static TimeSpan Of(int processId)
    {
        if (GetClock(processId, out var clock) != 0)
            return TimeSpan.Zero; // It ended meanwhile.
        return GetTime(clock, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1e3)
            : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "clock_getcpuclockid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetClock(int processId, out int clock);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
