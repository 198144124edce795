namespace PlexBridge.Architecture;

/// <summary>The end of most rules: a list of places that break it, shown whole.</summary>
internal static class Broken
{
    public static void None(IEnumerable<string> places)
    {
        var all = places.ToList();
        Assert.True(all.Count == 0, "\n" + string.Join('\n', all));
    }
}
