using PlexBridge.Storage;

namespace PlexBridge.Tests.Storage;

public sealed class DataFolderTests
{
    [Theory]
    [InlineData("/option", "/data", "/state", "/xdg", "/home", "/option")]
    [InlineData(null, "/data", "/state", "/xdg", "/home", "/data")]
    [InlineData(null, null, "/state:/other", "/xdg", "/home", "/state")]
    [InlineData(null, null, null, "/xdg", "/home", "/xdg/plexbridge")]
    [InlineData(null, "", "", "", "/home", "/home/.local/share/plexbridge")]
    public void The_most_explicit_choice_wins(string? option, string? data, string? state, string? xdg, string? home, string expected)
    {
        var environment = new (string Name, string? Value)[] { ("PLEXBRIDGE_DATA", data), ("STATE_DIRECTORY", state), ("XDG_DATA_HOME", xdg), ("HOME", home) }
            .Where(pair => pair.Value is not null).ToDictionary(pair => pair.Name, pair => pair.Value!);

        Assert.Equal(expected, DataFolder.Choose(option, environment).Path);
    }

    [Fact]
    public void Without_any_choice_the_remedy_is_named() =>
        Assert.Contains("--data", Assert.Throws<StorageException>(() => DataFolder.Choose(null, new Dictionary<string, string>())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_relative_folder_is_made_absolute() =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "here"), DataFolder.Choose("here", new Dictionary<string, string>()).Path);
}
