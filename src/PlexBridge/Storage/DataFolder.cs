using System.Text;

namespace PlexBridge.Storage;

/// <summary>The appliance's folder and the names of what lies in it. Everything of its own lives here.</summary>
internal sealed record DataFolder(string Path)
{
    /// <summary>Longest path a Unix socket takes on Linux: 108 bytes with the closing zero.</summary>
    public const int SocketPathLimit = 107;

    private const UnixFileMode OwnerOnlyFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string DatabasePath => In("plexbridge.db");

    public string SettingsPath => In("plexbridge.json");

    public string ControlSocketPath => In("control.sock");

    public string CacheFolder => In("cache");

    public string BackupsFolder => In("backups");

    public string LogosFolder => In("logos");

    public string LogsFolder => In("logs");

    public string KeysFolder => In("keys");

    public bool HasControlSocketPathThatFits => Encoding.UTF8.GetByteCount(ControlSocketPath) <= SocketPathLimit;

    /// <summary>
    /// The folder to use: the option, else $PLEXBRIDGE_DATA, else systemd's state directory, else $XDG_DATA_HOME/plexbridge
    /// (~/.local/share where that is not set).
    /// </summary>
    public static DataFolder Choose(string? option, IReadOnlyDictionary<string, string> environment)
    {
        if (!string.IsNullOrWhiteSpace(option)) return At(option);
        if (Given("PLEXBRIDGE_DATA") is { } data) return At(data);
        // systemd separates several state directories by colons; the first is the unit's own.
        if (Given("STATE_DIRECTORY") is { } state) return At(state.Split(':')[0]);
        if (Given("XDG_DATA_HOME") is { } shared) return At(System.IO.Path.Combine(shared, "plexbridge"));
        if (Given("HOME") is { } home) return At(System.IO.Path.Combine(home, ".local", "share", "plexbridge"));
        throw new StorageException("No data folder is known: neither PLEXBRIDGE_DATA nor HOME is set. Name one with --data DIR.");

        string? Given(string name) => environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
        static DataFolder At(string path) => new(System.IO.Path.GetFullPath(path));
    }

    /// <summary>Whether others than the owner may look into it: a folder that was there before us keeps its mode.</summary>
    public bool IsOpenToOthers => Directory.Exists(Path) && (File.GetUnixFileMode(Path) & ~OwnerOnlyFolder) != UnixFileMode.None;

    /// <summary>Makes the folder, for its owner alone, unless it is there. An existing folder's mode is left as it is.</summary>
    public void Create() => CreateFolder(Path);

    /// <summary>Makes one of the folders inside, for the owner alone.</summary>
    public static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnlyFolder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw StorageFaults.ExplainFolder(fault, path);
        }
    }

    /// <summary>Makes an empty file for the owner alone unless it is there: SQLite keeps the mode of the file it finds.</summary>
    public static void CreateFile(string path)
    {
        if (File.Exists(path)) return;
        try
        {
            using var _ = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                UnixCreateMode = OwnerOnlyFile,
            });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw StorageFaults.ExplainFolder(fault, System.IO.Path.GetDirectoryName(path) ?? path);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
