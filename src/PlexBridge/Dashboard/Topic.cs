using System.Collections.Immutable;

namespace PlexBridge.Dashboard;

/// <summary>The names under which parts of the page are announced.</summary>
internal static class Topic
{
    public const string Warnings = "warnings";
    public const string Tuners = "tuners";
    public const string Sessions = "sessions";
    public const string Sources = "sources";
    public const string Lineup = "lineup";

    public static ImmutableArray<string> All { get; } = [Warnings, Tuners, Sessions, Sources, Lineup];

    /// <summary>A comma-separated choice of topics; nothing chosen is all. Null when one of them isn't known.</summary>
    public static ImmutableArray<string>? Parse(string? list)
    {
        if (string.IsNullOrEmpty(list))
            return All;
        var chosen = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (chosen.Any(name => !All.Contains(name)))
            return null;
        return [.. All.Where(chosen.Contains)];
    }
}
