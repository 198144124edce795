using Microsoft.Data.Sqlite;

namespace PlexBridge.Storage;

/// <summary>Turns what SQLite and the file system report into sentences a user can act on.</summary>
internal static class StorageFaults
{
    // Primary result codes of https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    // SQLITE_IOERR_SHMSIZE: a full disk while the WAL's index grows is reported as an input/output fault.
    private const int InputOutputSharedMemorySize = 4874;

    /// <summary>Whether the fault is the storage's; the rest is the caller's own (a broken constraint, a wrong statement).</summary>
    public static bool IsKnown(SqliteException fault) => fault.SqliteErrorCode
        is Busy or Locked or ReadOnly or InputOutput or Corrupt or Full or CannotOpen or NotADatabase;

    /// <summary>The sentence for a known fault.</summary>
    public static StorageException Explain(SqliteException fault, DataFolder folder) => fault.SqliteErrorCode switch
    {
        Busy or Locked => new($"The database {folder.DatabasePath} is locked by another program and did not become free in time. " +
            "End the program that holds it (a copy, a backup or a database browser), then try again.", fault),
        ReadOnly => new($"The database {folder.DatabasePath} cannot be written: it or its folder is read-only for this user. " +
            "Run as the folder's owner, or give this user write permission.", fault),
        CannotOpen => new($"The database {folder.DatabasePath} cannot be opened or created. " +
            "Check that the data folder exists, that this user may write to it and that its disk is not full.", fault),
        Full => DiskFull(folder, fault),
        InputOutput when fault.SqliteExtendedErrorCode == InputOutputSharedMemorySize => DiskFull(folder, fault),
        InputOutput => new($"Reading or writing {folder.DatabasePath} failed ({fault.Message}). " +
            "Check the disk (dmesg shows its faults) and that the folder is not on a network share.", fault),
        Corrupt or NotADatabase => new($"The database {folder.DatabasePath} is damaged or is not a database. " +
            $"Move it away, then copy the newest file of {folder.BackupsFolder} in its place or start with an empty one.", fault),
        _ => new($"The database {folder.DatabasePath} reported: {fault.Message}.", fault),
    };

    /// <summary>The sentence for a data folder that cannot be made or entered.</summary>
    public static StorageException ExplainFolder(Exception fault, string path) => new(
        $"The data folder {path} cannot be used: {fault.Message.TrimEnd('.')}. " +
        "Choose another with --data, or make it writable for this user.", fault);

    private static StorageException DiskFull(DataFolder folder, Exception fault) => new(
        $"The disk that holds {folder.Path} is full; the change was not stored and what was there is unharmed. " +
        $"Free some space (the folder {folder.CacheFolder} may be emptied), then try again.", fault);
}
