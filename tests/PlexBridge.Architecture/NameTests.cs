using System.Text.RegularExpressions;

namespace PlexBridge.Architecture;

/// <summary>Words: what a type may be called.</summary>
public sealed partial class NameTests
{
    private static readonly string[] BannedSuffixes = ["Manager", "Helper", "Helpers", "Utils", "Utilities", "Utility", "Common", "Base", "Impl", "Info", "Data"];
    private static readonly string[] BannedWords = ["Epg"];

    [Fact]
    public void Type_says_what_it_is()
    {
        var vague =
            from file in SourceTree.Product
            from type in TypeGraph.DefinedTypes(file)
            where BannedSuffixes.Any(suffix => type.EndsWith(suffix, StringComparison.Ordinal)) || type == "Stream"
                || BannedWords.Any(word => type.StartsWith(word, StringComparison.Ordinal))
            select $"{file.Path}: {type}";

        Broken.None(vague);
    }

    [Fact]
    public void Event_ids_are_unique()
    {
        var twice = EventIds().GroupBy(id => id.Id).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(id => id.Path))}");

        Broken.None(twice);
    }

    [Theory]
    [InlineData("src/PlexBridge/Tuner/", 1000)]
    [InlineData("src/PlexBridge/Discovery/", 1000)]
    [InlineData("src/PlexBridge/Accounts/", 1000)]
    [InlineData("src/PlexBridge.Streaming/", 2000)]
    [InlineData("src/PlexBridge/Streams/", 2000)]
    [InlineData("src/PlexBridge/Sessions/", 2000)]
    [InlineData("src/PlexBridge/Sources/", 3000)]
    [InlineData("src/PlexBridge/Channels/", 3000)]
    [InlineData("src/PlexBridge/Guide/", 4000)]
    [InlineData("src/PlexBridge/Storage/", 5000)]
    [InlineData("src/PlexBridge/Settings/", 5000)]
    [InlineData("src/PlexBridge/Dashboard/", 5000)]
    [InlineData("src/PlexBridge/Health/", 5000)]
    [InlineData("src/PlexBridge/Cli/", 5000)]
    public void Event_id_tells_its_area(string folder, int area)
    {
        var strays = EventIds().Where(id => id.Path.StartsWith(folder, StringComparison.Ordinal) && (id.Id < area || id.Id >= area + 1000));

        Broken.None(strays.Select(stray => $"{stray}"));
    }

    [Fact]
    public void Every_log_method_has_an_event_id()
    {
        var without = SourceTree.Product
            .Where(file => LogMethod().Count(file.Code) != EventIds(file).Count())
            .Select(file => file.Path);

        Broken.None(without);
    }

    private static IEnumerable<(string Path, int Id)> EventIds() => SourceTree.Product.SelectMany(EventIds);

    private static IEnumerable<(string Path, int Id)> EventIds(SourceFile file) =>
        EventId().Matches(file.Code).Select(match => (file.Path, int.Parse(match.Groups["id"].Value, System.Globalization.CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"\[LoggerMessage\s*\(", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex LogMethod();

    [GeneratedRegex(@"\[LoggerMessage\s*\(\s*(?:EventId\s*=\s*)?(?<id>\d+)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex EventId();
}
