using System.Diagnostics;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>A tmpfs of so many kilobytes, unmounted at the end.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _mountPoint = new();

    public SmallDisk(int kilobytes)
    {
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", _mountPoint.Path))
            throw new InvalidOperationException("mount failed");
    }

    /// <summary>Whether this user may mount here at all; tried once.</summary>
    public static bool IsPossible { get; } = Try();

    public string Path => _mountPoint.Path;

    public void Dispose()
    {
        Run("umount", "-l", _mountPoint.Path);
        _mountPoint.Dispose();
    }

    private static bool Try()
    {
        using var folder = new TempFolder();
        return Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.Path) && Run("umount", folder.Path);
    }

    private static bool Run(string program, params string[] arguments)
    {
        if (Programs.Find(program) is not { } path)
            return false;
        var start = new ProcessStartInfo(path, arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
