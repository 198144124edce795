using System.Xml.Linq;
using PlexBridge.Testing;

namespace PlexBridge.Architecture;

/// <summary>Which project may reference which: the table of the architecture.</summary>
public sealed class ProjectTests
{
    public static TheoryData<string, string[], string[]> Rooms => new()
    {
        { "src/PlexBridge.Formats/PlexBridge.Formats.csproj", [], [] },
        { "src/PlexBridge.Streaming/PlexBridge.Streaming.csproj", ["PlexBridge.Formats"], ["Microsoft.Extensions.Logging.Abstractions"] },
        { "web/PlexBridge.Web.csproj", [], [] },
    };

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Project_references_only_what_its_room_allows(string project, string[] projects, string[] packages)
    {
        Broken.None(References(project, "ProjectReference").Select(to => Path.GetFileNameWithoutExtension(to)).Except(projects));
        Broken.None(References(project, "PackageReference").Except(packages));
    }

    [Theory]
    [InlineData("src/PlexBridge.Formats/PlexBridge.Formats.csproj")]
    [InlineData("src/PlexBridge.Streaming/PlexBridge.Streaming.csproj")]
    public void Library_knows_no_web_framework(string project)
    {
        Broken.None(References(project, "FrameworkReference"));
        Assert.Equal("Microsoft.NET.Sdk", Load(project).Root!.Attribute("Sdk")!.Value);
    }

    [Fact]
    public void Only_tests_reference_the_executable()
    {
        var users = Projects()
            .Where(project => !project.StartsWith("tests/", StringComparison.Ordinal))
            .Where(project => References(project, "ProjectReference").Any(to => to.EndsWith("/PlexBridge.csproj", StringComparison.Ordinal)));

        Broken.None(users);
    }

    [Fact]
    public void Every_library_is_analysed_for_trimming_and_native_code()
    {
        var without = Projects()
            .Where(project => !project.StartsWith("tests/", StringComparison.Ordinal))
            .Where(project => !Load(project).Descendants("IsAotCompatible").Any(element => element.Value == "true"));

        Broken.None(without);
    }

    [Fact]
    public void Package_versions_stand_in_one_file_and_are_exact()
    {
        var scattered = Projects().Where(project => Load(project).Descendants("PackageReference").Any(element => element.Attribute("Version") is not null));
        var floating = XDocument.Parse(SourceTree.Read("src/Directory.Packages.props")).Descendants("PackageVersion")
            .Select(element => element.Attribute("Version")!.Value)
            .Where(version => !char.IsAsciiDigit(version[0]) || version.Contains('*', StringComparison.Ordinal));

        Broken.None(scattered);
        Broken.None(floating);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceTree.Read("PlexBridge.sln").Replace('\\', '/');

        Assert.All(Projects(), project => Assert.Contains(project, solution, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Projects() =>
        SourceTree.Tracked.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));

    private static IEnumerable<string> References(string project, string kind) =>
        Load(project).Descendants(kind)
            .Where(element => element.Attribute("PrivateAssets")?.Value != "all")
            .Select(element => element.Attribute("Include")?.Value)
            .OfType<string>();

    private static XDocument Load(string project) => XDocument.Load(Path.Combine(TestPaths.Repository, project));
}
