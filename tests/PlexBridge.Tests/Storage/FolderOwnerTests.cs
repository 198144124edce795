using System.Diagnostics;
using PlexBridge.Storage;

namespace PlexBridge.Tests.Storage;

public sealed class FolderOwnerTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_owner_of_a_folder_is_known()
    {
        _folder.Data.Create();

        var (user, group) = FolderOwner.Find(_folder.Data.Path)!.Value;

        Assert.Equal(await StatAsync("%u:%g", _folder.Data.Path), $"{user}:{group}");
        Assert.Null(FolderOwner.Find(_folder.Data.Path + "/nothing"));
    }

    [Fact]
    public async Task A_verb_run_by_root_leaves_files_of_the_folder_s_owner()
    {
        // Only root can act for somebody else; for any other user the verb leaves everything as it is.
        if (!Environment.IsPrivilegedProcess) return;
        _folder.Data.Create();
        await RunAsync("chmod", "755", _folder.Parent);
        await RunAsync("chown", $"{Nobody}:{Nobody}", _folder.Data.Path);

        var answer = await RunAsync("dotnet", Path.Combine(AppContext.BaseDirectory, "plexbridge.dll"), "--data", _folder.Data.Path, "settings", "set", "tuner.count", "3");

        Assert.Equal("tuner.count = 3", answer);
        Assert.Equal($"{Nobody}:{Nobody}:600", await StatAsync("%u:%g:%a", _folder.Data.DatabasePath));
    }

    private static Task<string> StatAsync(string format, string path) => RunAsync("stat", "-c", format, path);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
