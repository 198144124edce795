using PlexBridge.Storage;

namespace PlexBridge.Cli.Checks;

/// <summary>Whether the data folder is there, writable, private and roomy enough.</summary>
internal static class DataFolderCheck
{
    private const long LittleSpace = 200L << 20;
    private const UnixFileMode OthersMay = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<CheckLine> Run(DataFolder folder)
    {
        if (!Directory.Exists(folder.Path))
        {
            yield return CheckLine.Warn("data folder", $"{folder.Path} does not exist yet; `serve` or `import` will make it.");
            yield break;
        }

        yield return CheckWritable(folder);
        if ((File.GetUnixFileMode(folder.Path) & OthersMay) != UnixFileMode.None)
            yield return CheckLine.Warn("data folder", $"Other users may look into {folder.Path}, which holds passwords. Run: chmod 700 {folder.Path}");
        if (File.Exists(folder.DatabasePath) && (File.GetUnixFileMode(folder.DatabasePath) & OthersMay) != UnixFileMode.None)
            yield return CheckLine.Warn("data folder", $"Other users may read {folder.DatabasePath}, which holds passwords. Run: chmod 600 {folder.DatabasePath}");
        if (!folder.HasControlSocketPathThatFits)
            yield return CheckLine.Fail("data folder", $"{folder.ControlSocketPath} is too long for a socket; choose a folder with a shorter path.");

        var free = new DriveInfo(folder.Path).AvailableFreeSpace;
        yield return free < LittleSpace
            ? CheckLine.Warn("disk space", $"Only {free >> 20} MB are free on the disk of {folder.Path}; imports may fail. Free some space.")
            : CheckLine.Ok("disk space", $"{free >> 20} MB free");
    }

    private static CheckLine CheckWritable(DataFolder folder)
    {
        var probe = Path.Combine(folder.Path, $".check-{Environment.ProcessId}");
        try
        {
            File.WriteAllBytes(probe, [1]);
            File.Delete(probe);
            return CheckLine.Ok("data folder", folder.Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return CheckLine.Fail("data folder", StorageFaults.ExplainFolder(fault, folder.Path).Message);
        }
    }
}
