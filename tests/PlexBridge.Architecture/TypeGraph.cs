using System.Text.RegularExpressions;

namespace PlexBridge.Architecture;

/// <summary>
/// Which feature folder of an assembly uses which, read from tokens: a file uses another folder when it names a type that
/// only that folder defines and can see its namespace: by a using (needless ones are compile errors), by its qualified
/// name, or because it is the root's, which all see. The message names the word.
/// </summary>
internal sealed partial class TypeGraph
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly string _root;
    private readonly Dictionary<string, Dictionary<string, SortedSet<string>>> _arrows = new(StringComparer.Ordinal);

    /// <param name="files">The assembly's files.</param>
    /// <param name="root">The assembly's folder, such as src/PlexBridge/.</param>
    public TypeGraph(IEnumerable<SourceFile> files, string root)
    {
        _root = root;
        var sources = files.Where(file => file.Path.StartsWith(root, StringComparison.Ordinal)).ToList();
        var homes = sources
            .SelectMany(file => DefinedTypes(file).Select(name => (name, Folder: FolderOf(file))))
            .GroupBy(pair => pair.name, pair => pair.Folder, StringComparer.Ordinal)
            .Where(group => group.Distinct(StringComparer.Ordinal).Count() == 1)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        foreach (var file in sources)
        {
            var folder = FolderOf(file);
            var own = DefinedTypes(file).ToHashSet(StringComparer.Ordinal);
            var arrows = _arrows.TryGetValue(folder, out var known) ? known : _arrows[folder] = new(StringComparer.Ordinal);
            foreach (var word in UsedNames(file, homes).Where(word => !own.Contains(word)))
            {
                if (!homes.TryGetValue(word, out var home) || home == folder || !Sees(file, home, word))
                    continue;
                if (!arrows.TryGetValue(home, out var reasons))
                    arrows[home] = reasons = new(StringComparer.Ordinal);
                reasons.Add($"{file.Path} names {word}");
            }
        }
    }

    public IEnumerable<string> Folders => _arrows.Keys;

    /// <summary>The folders that one uses, with what in which file.</summary>
    public IEnumerable<(string To, IEnumerable<string> Reasons)> From(string folder) =>
        _arrows[folder].Select(arrow => (arrow.Key, (IEnumerable<string>)arrow.Value));

    public static IEnumerable<string> DefinedTypes(SourceFile file) =>
        Definition().Matches(file.Code).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    /// <summary>The first circle found, as the arrows that close it; null where there is none.</summary>
    public string? FindCircle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        foreach (var folder in _arrows.Keys.Order(StringComparer.Ordinal))
            if (Visit(folder) is { } circle)
                return circle;
        return null;

        string? Visit(string folder)
        {
            var at = path.IndexOf(folder);
            if (at >= 0)
                return Describe([.. path.Skip(at), folder]);
            if (!done.Add(folder))
                return null;
            path.Add(folder);
            foreach (var next in _arrows.GetValueOrDefault(folder)?.Keys ?? Enumerable.Empty<string>())
                if (Visit(next) is { } circle)
                    return circle;
            path.RemoveAt(path.Count - 1);
            return null;
        }
    }

    private string Describe(List<string> circle) =>
        string.Join("\n", circle.Zip(circle.Skip(1), (from, to) => $"{from} -> {to}: {_arrows[from][to].First()}"));

    /// <summary>The feature folder: the first below the root; "" for files of the root itself.</summary>
    private string FolderOf(SourceFile file)
    {
        var inside = file.Path[_root.Length..];
        var slash = inside.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : inside[..slash];
    }

    // Views get their usings from _ViewImports, so there the name alone decides.
    private static bool Sees(SourceFile file, string home, string word) =>
        home.Length == 0
        || file.Path.EndsWith(".cshtml", StringComparison.Ordinal)
        || Regex.IsMatch(file.Code, $@"^\s*using\s+(static\s+)?(\w+\s*=\s*)?[\w.]+\.{home}(\.\w+)*\s*;", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Limit)
        || IsQualified(file, home, word);

    private static bool IsQualified(SourceFile file, string home, string word) =>
        Regex.IsMatch(file.Code, $@"(?<!using [\w.]*)\b{home}\.(\w+\.)*{word}\b", RegexOptions.ExplicitCapture, Limit);

    // Names after a dot are members, and so are those after a type; members named like a foreign type would draw
    // arrows that are not there.
    private static HashSet<string> UsedNames(SourceFile file, Dictionary<string, string> homes)
    {
        var code = EnumBody().Replace(UsingOrNamespace().Replace(file.Code, " "), " ");
        var qualified = QualifiedName().Matches(code)
            .Where(match => homes.GetValueOrDefault(match.Groups["name"].Value) == match.Groups["folder"].Value)
            .Select(match => match.Groups["name"].Value);
        return Name().Matches(code).Select(match => match.Value).Concat(qualified).ToHashSet(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>\[\]?., ]+?)\s+(?<name>[A-Z]\w*)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Definition();

    [GeneratedRegex(@"(?<![.\w])(?<!(\b(string|int|long|bool|byte|double|object|ushort|uint|ulong)|\b[A-Z]\w*|[^=]>|\]|\w\?) )[A-Z]\w+\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\b(?<folder>[A-Z]\w*)\.(?<name>[A-Z]\w+)\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"\benum\s+\w+(\s*:\s*\w+)?\s*\{[^}]*\}", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex EnumBody();

    [GeneratedRegex(@"^\s*(global\s+)?(using|namespace)\s+[\w.]+\s*;", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex UsingOrNamespace();
}
