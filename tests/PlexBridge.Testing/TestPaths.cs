
namespace PlexBridge.Testing;

/// <summary>Where the repository's own files lie, found from the place this file was compiled from or by walking up.</summary>
public static class TestPaths
{
    /// <summary>The folder that holds PlexBridge.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The checked-in inputs and golden files.</summary>
    public static string Data => Path.Combine(Repository, "tests", "Data");

    /// <summary>The published native binary that `make publish` leaves.</summary>
    public static string Binary => Path.Combine(Repository, "dist", "plexbridge");

    /// <summary>A file of the shared folder beside the repository; null where there is none.</summary>
    public static string? Shared(string name)
    {
        var path = Path.Combine(Repository, "..", "shared", "data", name);
        return File.Exists(path) ? path : null;
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "PlexBridge.sln")))
                return folder.FullName;
        throw new InvalidOperationException("PlexBridge.sln was not found above " + AppContext.BaseDirectory);
    }
}
