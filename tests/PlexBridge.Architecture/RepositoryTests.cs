using System.Text.RegularExpressions;
using PlexBridge.Testing;

namespace PlexBridge.Architecture;

/// <summary>What may lie in the repository, and what may stand in its files.</summary>
public sealed partial class RepositoryTests
{
    private const int LongestFile = 500;
    private const int LongestProgram = 100;

    [Fact]
    public void Top_level_holds_what_the_design_fixes()
    {
        string[] allowed = ["src", "tests", "web", "packaging", "Makefile", "PlexBridge.sln", "README.md", "LICENSE"];

        var visible = SourceTree.Tracked.Select(path => path.Split('/')[0]).Where(name => name[0] != '.').Distinct(StringComparer.Ordinal);

        Assert.Empty(visible.Except(allowed));
    }

    [Fact]
    public void Program_reads_as_a_site_map()
    {
        Assert.True(SourceTree.Product.Single(file => file.Path == "src/PlexBridge/Program.cs").Lines < LongestProgram);
    }

    [Fact]
    public void Files_are_short_enough_to_be_read_in_one_go()
    {
        var isLong = SourceTree.Tracked
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".cshtml", StringComparison.Ordinal))
            .Where(path => !path.EndsWith(".g.cs", StringComparison.Ordinal))
            .Select(path => SourceTree.Parse(path, SourceTree.Read(path)))
            .Where(file => file.Lines > LongestFile)
            .Select(file => $"{file.Path}: {file.Lines} lines");

        Assert.Empty(isLong);
    }

    [Fact]
    public void No_mark_of_unfinished_work_is_left()
    {
        Assert.Empty(Matches(UnfinishedMark()));
    }

    [Fact]
    public void No_path_of_one_machine_is_left()
    {
        Assert.Empty(Matches(MachinePath()));
    }

    [Fact]
    public void No_address_of_a_package_registry_is_left()
    {
        var lockFiles = SourceTree.Tracked
            .Where(path => path.EndsWith("package-lock.json", StringComparison.Ordinal))
            .Where(path => SourceTree.Read(path).Contains("\"resolved\"", StringComparison.Ordinal));

        Assert.Empty(Matches(RegistryHost()));
        Assert.Empty(lockFiles);
        Assert.DoesNotContain(SourceTree.Tracked, path => NuGetConfiguration().IsMatch(path));
        Assert.DoesNotContain(
            SourceTree.Tracked.Where(path => path.EndsWith(".npmrc", StringComparison.Ordinal)),
            path => SourceTree.Read(path).Contains("://", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_made_by_a_build_is_committed()
    {
        Assert.DoesNotContain(SourceTree.Tracked, path => BuildOutput().IsMatch(path));
    }

    [Fact]
    public void Links_of_the_documents_resolve()
    {
        var broken =
            from path in SourceTree.Tracked
            where path.EndsWith(".md", StringComparison.Ordinal) && !path.StartsWith("tests/Data/", StringComparison.Ordinal)
            from Match link in MarkdownLink().Matches(SourceTree.Read(path))
            let target = link.Groups["target"].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            let full = Path.Combine(TestPaths.Repository, Path.GetDirectoryName(path)!, target)
            where !File.Exists(full) && !Directory.Exists(full)
            select $"{path}: {target}";

        Assert.Empty(broken);
    }

    [Fact]
    public void Migrations_are_numbered_without_a_gap()
    {
        var numbers = SourceTree.Tracked
            .Where(path => path.StartsWith("src/PlexBridge/Storage/", StringComparison.Ordinal) && path.EndsWith(".sql", StringComparison.Ordinal))
            .Select(path => int.Parse(MigrationNumber().Match(Path.GetFileName(path)).Value, System.Globalization.CultureInfo.InvariantCulture))
            .ToList();

        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
    }

    [Fact]
    public void Every_fuzz_target_has_seeds()
    {
        var targets =
            from path in SourceTree.Tracked
            where path.StartsWith("tests/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal)
            from Match match in FuzzTarget().Matches(SourceTree.Parse(path, SourceTree.Read(path)).Code)
            select match.Groups["target"].Value;
        var without = targets.Where(target => !SourceTree.Tracked.Any(path => path.StartsWith($"tests/Data/fuzz/{target}/", StringComparison.Ordinal)));

        Assert.Empty(without);
    }

    [Fact]
    public void Every_store_has_a_test_class()
    {
        var tests = SourceTree.Tracked.Select(path => Path.GetFileNameWithoutExtension(path)!).ToHashSet(StringComparer.Ordinal);
        var without =
            from file in SourceTree.Product
            from type in TypeGraph.DefinedTypes(file)
            where type.EndsWith("Store", StringComparison.Ordinal) && !tests.Contains(type + "Tests")
            select $"{file.Path}: {type}";

        Assert.Empty(without);
    }

    private static IEnumerable<string> Matches(Regex pattern) =>
        from path in SourceTree.Written
        where path is not ("tests/PlexBridge.Architecture/RepositoryTests.cs" or ".editorconfig") // they name what is banned
        from Match match in pattern.Matches(SourceTree.Read(path))
        select $"{path}: {match.Value.Trim()}";

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex UnfinishedMark();

    [GeneratedRegex(@"(?<![A-Za-z0-9_.*])/(work|farm|home/[a-z]+|root|Users)/[^\s""']*", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"https?://[^\s""'<>)]*(nuget|npmjs|npm\.|registry|artifactory|nexus|pypi)[^\s""'<>)]*", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"(^|/)(NuGet\.Config|nuget\.config)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NuGetConfiguration();

    [GeneratedRegex(@"(^|/)(bin|obj|node_modules|dist|artifacts|TestResults)/|\.(dll|exe|so|a|dbg|pdb|nupkg|trx|db)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BuildOutput();

    [GeneratedRegex(@"\]\(<?(?<target>[^)\s>]+)>?[^)]*\)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"^\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MigrationNumber();

    [GeneratedRegex(@"\b(?:class|struct)\s+(?<target>[A-Z]\w*)\s*:\s*[^{]*\bIFuzzTarget\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex FuzzTarget();
}
