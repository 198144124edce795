using PlexBridge.Storage;

namespace PlexBridge.Tests.Storage;

/// <summary>A data folder of a test's own; gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("plexbridge-test-");

    public TemporaryFolder() => Data = new DataFolder(Path.Combine(_parent.FullName, "data"));

    /// <summary>Not made yet.</summary>
    public DataFolder Data { get; }

    public string Parent => _parent.FullName;

    public void Dispose() => _parent.Delete(recursive: true);
}
