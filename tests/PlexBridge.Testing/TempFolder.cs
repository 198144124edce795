namespace PlexBridge.Testing;

/// <summary>A folder of a test's own, with a short path (a socket's must stay under 108 bytes), deleted at the end.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("pb-").FullName;

    public string Path { get; }

    /// <summary>A path inside; the file need not exist.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A test deleted it already.
        }
    }
}
