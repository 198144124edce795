using System.Text.RegularExpressions;

namespace PlexBridge.Architecture;

/// <summary>Views show models; they see no services, load nothing from elsewhere and decide nothing.</summary>
public sealed partial class ViewTests
{
    [Fact]
    public void View_sees_no_service()
    {
        var reaching =
            from file in SourceTree.Product
            where file.Path.StartsWith("web/", StringComparison.Ordinal)
            from Match match in Service().Matches(file.Code)
            select $"{file.Path}: {match.Value}";

        Broken.None(reaching);
    }

    [Fact]
    public void Page_loads_nothing_from_elsewhere()
    {
        var foreign =
            from path in SourceTree.Tracked
            where path.StartsWith("web/", StringComparison.Ordinal)
            where path.EndsWith(".cshtml", StringComparison.Ordinal) || path.EndsWith(".css", StringComparison.Ordinal) || path.EndsWith(".js", StringComparison.Ordinal)
            from Match match in ForeignLoad().Matches(SourceTree.Read(path))
            select $"{path}: {match.Value}";

        Broken.None(foreign);
    }

    [GeneratedRegex(@"@inject\b|\bIServiceProvider\b|\bGetRequiredService\b|\bRequestServices\b|\bHttpContext\b|\bDbConnection\b|\bSqlite\w*|\bHttpClient\b|\busing PlexBridge\.(?!Web)\w+", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Service();

    [GeneratedRegex(@"(?:src|href)\s*=\s*[""'](?:https?:)?//[^""']*\.(?:js|css|woff2?|png|svg)[^""']*|@import\s+[^;]*//[^;]*|url\(\s*[""']?(?:https?:)?//[^)]*\)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex ForeignLoad();
}
