using System.Diagnostics;
using System.Text.RegularExpressions;
using PlexBridge.Testing;

namespace PlexBridge.Architecture;

/// <summary>A tracked C# or Razor file: its path from the repository's root, its text, and its code without comments and literals.</summary>
internal sealed record SourceFile(string Path, string Text, string Code)
{
    public int Lines => Text.Count(c => c == '\n') + (Text.EndsWith('\n') ? 0 : 1);
}

/// <summary>The repository as git sees it: tracked files, and new ones that git would not ignore.</summary>
internal static partial class SourceTree
{
    private static readonly Lazy<IReadOnlyList<string>> TrackedFiles = new(List);
    private static readonly Lazy<IReadOnlyList<SourceFile>> ProductFiles = new(ReadProduct);

    /// <summary>Every file's path from the root, in order.</summary>
    public static IReadOnlyList<string> Tracked => TrackedFiles.Value;

    /// <summary>C# and Razor of src/ and web/.</summary>
    public static IReadOnlyList<SourceFile> Product => ProductFiles.Value;

    public static string Read(string path) => File.ReadAllText(Path.Combine(TestPaths.Repository, path));

    /// <summary>Files that a person wrote as text, without captured inputs and lock files.</summary>
    public static IEnumerable<string> Written =>
        Tracked.Where(path => TextFile().IsMatch(path)
            && !path.StartsWith("tests/Data/", StringComparison.Ordinal)
            && !path.EndsWith("package-lock.json", StringComparison.Ordinal));

    public static SourceFile Parse(string path, string text) => new(path, text, CommentOrLiteral().Replace(text, " "));

    private static List<SourceFile> ReadProduct() =>
        [.. Tracked
            .Where(path => path.StartsWith("src/", StringComparison.Ordinal) || path.StartsWith("web/", StringComparison.Ordinal))
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".cshtml", StringComparison.Ordinal))
            .Select(path => Parse(path, Read(path)))];

    private static List<string> List()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = TestPaths.Repository,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal)
            .Where(path => File.Exists(Path.Combine(TestPaths.Repository, path)))
            .Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|@\*.*?\*@|\"{3,}.*?\"{3,}|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex CommentOrLiteral();

    [GeneratedRegex(@"\.(cs|cshtml|csproj|props|targets|md|sh|sql|css|js|json|yml|yaml|txt|service|sln)$|(^|/)(Makefile|run|\.editorconfig|\.gitignore)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TextFile();
}
