using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>
/// One import at a time on a data folder, over all processes: the kernel's lock on a file, so that a killed process
/// leaves none behind. Held until disposed.
/// </summary>
internal sealed class ImportLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _file;

    private ImportLock(FileStream file) => _file = file;

    /// <summary>Waits for its turn; null where it doesn't come in time.</summary>
    public static async Task<ImportLock?> TakeAsync(DataFolder folder, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        DataFolder.CreateFolder(folder.CacheFolder);
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new ImportLock(new FileStream(Path.Combine(folder.CacheFolder, "import.lock"), new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }));
            }
            catch (IOException) when (time.GetElapsedTime(started) < patience)
            {
                await Task.Delay(Interval, time, cancellationToken);
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
