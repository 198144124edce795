using System.Globalization;

namespace PlexBridge.Testing;

/// <summary>Running processes by their parent, read from /proc.</summary>
public static class Descendants
{
    /// <summary>Ids of the running processes of that name below a process. Zombies are not running.</summary>
    public static IReadOnlyList<int> Named(string name, int ancestor) =>
        [.. Below(ancestor).Where(process => process.Name == name).Select(process => process.Id)];

    /// <summary>Ids of all running processes below a process.</summary>
    public static IReadOnlyList<int> Of(int ancestor) => [.. Below(ancestor).Select(process => process.Id)];

    public static bool IsRunning(int id) => All().Any(process => process.Id == id);

    /// <summary>Completes when the condition holds; fails after the limit, saying what was waited for.</summary>
    public static async Task UntilAsync(Func<bool> condition, TimeSpan limit, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                throw new TimeoutException($"{what}: not within {limit.TotalSeconds} s");
            await Task.Delay(20);
        }
    }

    private static IEnumerable<(int Id, string Name, int Parent)> Below(int ancestor)
    {
        var all = All().ToDictionary(process => process.Id);
        return all.Values.Where(process => IsBelow(process.Id));

        bool IsBelow(int id)
        {
            for (var at = id; all.TryGetValue(at, out var process); at = process.Parent)
                if (process.Parent == ancestor)
                    return true;
            return false;
        }
    }

    private static IEnumerable<(int Id, string Name, int Parent)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            string stat;
            try
            {
                stat = File.ReadAllText(folder + "/stat");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // It ended meanwhile.
            }
            // "12 (name) S 1 …": the name may hold spaces and brackets.
            var open = stat.IndexOf('(', StringComparison.Ordinal);
            var close = stat.LastIndexOf(')');
            var rest = stat[(close + 2)..].Split(' ');
            if (rest[0] is not ("Z" or "X"))
                yield return (id, stat[(open + 1)..close], int.Parse(rest[1], CultureInfo.InvariantCulture));
        }
    }
}
