namespace PlexBridge.Architecture;

/// <summary>Inside an assembly the arrows between feature folders run one way, from the ground up.</summary>
public sealed class FolderTests
{
    /// <summary>Low to high; folders of one line do not know each other.</summary>
    private static readonly string[][] Floors =
    [
        ["Storage"],
        ["Settings"],
        ["Accounts"],
        ["Channels"],
        ["Sources"],
        ["Guide"],
        ["Streams"],
        ["Sessions"],
        ["Tuner"],
        ["Discovery"],
        ["Health", "Dashboard"],
        ["Cli"],
        [""], // Program.cs
    ];

    /// <summary>Folders that the architecture names and that a later issue fills; they take their place above then.</summary>
    private static readonly string[] Reserved = ["Logs", "Portal"];

    [Theory]
    [InlineData("src/PlexBridge.Formats/")]
    [InlineData("src/PlexBridge.Streaming/")]
    [InlineData("src/PlexBridge/")]
    [InlineData("web/")]
    public void Feature_folders_are_in_no_circle(string assembly)
    {
        Broken.None(new TypeGraph(SourceTree.Product, assembly).FindCircle() is { } circle ? [circle] : []);
    }

    [Fact]
    public void Folder_of_the_executable_uses_only_folders_below_it()
    {
        var graph = new TypeGraph(SourceTree.Product, "src/PlexBridge/");
        var upward =
            from folder in graph.Folders
            from arrow in graph.From(folder)
            where Floor(arrow.To) >= Floor(folder)
            select $"{folder} -> {arrow.To}: {string.Join(", ", arrow.Reasons.Take(3))}";

        Broken.None(upward);
    }

    [Fact]
    public void Folder_of_the_executable_has_its_place_in_the_order()
    {
        Assert.DoesNotContain(new TypeGraph(SourceTree.Product, "src/PlexBridge/").Folders, folder => Floor(folder) < 0 && folder != "Properties");
    }

    [Fact]
    public void Namespace_is_the_folder()
    {
        var strays =
            from file in SourceTree.Product
            where file.Path.StartsWith("src/", StringComparison.Ordinal) && file.Path.EndsWith(".cs", StringComparison.Ordinal)
            let parts = file.Path.Split('/')
            let wanted = string.Join('.', parts[1..^1])
            let written = file.Code.Split('\n').FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            where written is not null && written.Trim() != $"namespace {wanted};"
            select $"{file.Path}: {written.Trim()}, not {wanted}";

        Broken.None(strays);
    }

    [Fact]
    public void A_circle_is_found()
    {
        var files = new[]
        {
            SourceTree.Parse("src/X/Low/Egg.cs", "using X.Middle; class Egg { Hen hen; }"),
            SourceTree.Parse("src/X/Middle/Hen.cs", "using X.Top;\nclass Hen { /* Egg */ string s = \"Egg\"; Cook cook; }"),
            SourceTree.Parse("src/X/Top/Cook.cs", "class Cook { Low.Egg egg; }"),
        };

        Assert.Contains("names", new TypeGraph(files, "src/X/").FindCircle(), StringComparison.Ordinal);
        Assert.Null(new TypeGraph(files[..2], "src/X/").FindCircle());
    }

    private static int Floor(string folder) =>
        Reserved.Contains(folder, StringComparer.Ordinal) ? Floors.Length : Array.FindIndex(Floors, floor => floor.Contains(folder, StringComparer.Ordinal));
}
