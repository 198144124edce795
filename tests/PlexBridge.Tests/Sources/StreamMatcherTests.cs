using System.Diagnostics;
using PlexBridge.Formats.M3u;
using PlexBridge.Sources;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Sources;

public sealed class StreamMatcherTests
{
    [Fact]
    public void An_unchanged_list_matches_entry_by_entry_with_exact_copies_by_order()
    {
        var list = Table("a|One|http://h/1|G", "a|One|http://h/1|G", "b|Two|http://h/2|G");

        Assert.Equal([0, 1, 2], StreamMatcher.Match(list, list));
    }

    [Fact]
    public void A_renamed_stream_is_found_by_its_address_and_a_moved_one_by_key_and_name()
    {
        var old = Table("a|One|http://h/1?token=x|G", "b|Two|http://h/2|G", "|Three|http://h/3|G");
        var @new = Table("b|Two|http://elsewhere/9|H", "a|One HD|http://h/1?token=y|G", "|New|http://h/4|K");

        Assert.Equal([1, 0, StreamMatcher.None], StreamMatcher.Match(old, @new));
    }

    [Fact]
    public void A_name_alone_is_no_match_but_with_its_group_it_is()
    {
        var old = Table("|One|http://h/1|G");

        Assert.Equal([StreamMatcher.None], StreamMatcher.Match(old, Table("|One|http://h/2|Other")));
        Assert.Equal([0], StreamMatcher.Match(old, Table("|One|http://h/2|G")));
    }

    [Fact]
    public void Twins_that_nothing_tells_apart_stay_unmatched()
    {
        var old = Table("|One|http://h/x?token=1|G", "|Other|http://h/y|G", "|One|http://h/x?token=2|G");
        var @new = Table("|One|http://h/x?token=3|G", "|New|http://h/z|G", "|One|http://h/x?token=4|G");

        Assert.Equal([StreamMatcher.None, StreamMatcher.None, StreamMatcher.None], StreamMatcher.Match(old, @new));
    }

    [Fact]
    public void Twins_are_told_apart_by_their_neighbours()
    {
        var old = Table("|A|http://h/a|G", "|One|http://h/x?token=1|G", "|One|http://h/x?token=2|G", "|B|http://h/b|G");
        var @new = Table("|B|http://h/b|G", "|A|http://h/a|G", "|One|http://h/x?token=3|G", "|One|http://h/x?token=4|G");

        Assert.Equal([3, 0, 1, 2], StreamMatcher.Match(old, @new));
    }

    [Fact]
    public void A_twin_less_is_not_guessed()
    {
        var old = Table("|A|http://h/a|G", "|One|http://h/x?token=1|G", "|One|http://h/x?token=2|G", "|B|http://h/b|G");
        var @new = Table("|A|http://h/a|G", "|One|http://h/x?token=4|G");

        Assert.Equal([0, StreamMatcher.None], StreamMatcher.Match(old, @new));
    }

    [Fact]
    public void Twins_with_kept_addresses_are_never_swapped()
    {
        var old = Table("a|One|http://h/1|G", "a|One|http://h/2|G");
        var @new = Table("a|One HD|http://h/2|G", "a|One HD|http://h/1|G");

        Assert.Equal([1, 0], StreamMatcher.Match(old, @new));
    }

    [Fact]
    public void A_panels_list_shuffled_renamed_and_with_new_tokens_is_found_again()
    {
        var random = new Random(20);
        var old = Enumerable.Range(0, 20_000).Select(i => Panel(i, "alice", "s3cret", "")).ToArray();
        var @new = old.Select((_, i) => (Origin: i, Entry: Panel(i, "bob9", "n3wpass", random.Next(10) == 0 ? $" renamed {random.Next()}" : ""))).ToArray();
        random.Shuffle(@new);

        AssertFoundAgain(old, @new);
    }

    [Fact]
    public void A_list_without_ids_shuffled_renamed_and_with_new_tokens_is_found_again()
    {
        var random = new Random(21);
        var old = Enumerable.Range(0, 20_000).Select(i => Tokened(i, random, "")).ToArray();
        var @new = old.Select((_, i) => (Origin: i, Entry: Tokened(i, random, random.Next(10) == 0 ? $" renamed {random.Next()}" : ""))).ToArray();
        random.Shuffle(@new);

        AssertFoundAgain(old, @new);
    }

    [Fact]
    public void The_public_list_shuffled_renamed_and_with_new_tokens_is_found_again()
    {
        if (TestPaths.Shared("free-tv.m3u8") is not { } path)
            return;
        var random = new Random(22);
        var old = Read(WithTokens(File.ReadAllText(path), random));
        var renamed = Read(Renamed(WithTokens(File.ReadAllText(path), random), random));
        var @new = renamed.Select((entry, i) => (Origin: i, Entry: entry)).ToArray();
        random.Shuffle(@new);

        AssertFoundAgain(old, @new);
    }

    [Fact]
    public void Exact_copies_go_by_order_when_their_address_rotates()
    {
        var old = Table("|One|http://h/live/a/b/1.ts?token=1111111111aaaaaa|G", "|One|http://h/live/a/b/1.ts?token=1111111111aaaaaa|G", "|Two|http://h/live/a/b/2.ts|G");
        var @new = Table("|Two|http://h/live/a/b/2.ts|G", "|One|http://h/live/a/b/1.ts?token=2222222222bbbbbb|G", "|One|http://h/live/a/b/1.ts?token=2222222222bbbbbb|G");

        Assert.Equal([2, 0, 1], StreamMatcher.Match(old, @new));
    }

    [Fact]
    public void A_vanished_stream_comes_back_only_where_no_listed_one_fits()
    {
        var old = Table("|One|http://h/1?token=1111111111aaaaaa|G", "|One|http://h/1?token=1111111111aaaaaa|G");

        Assert.Equal([1], StreamMatcher.Match(old, Table("|One|http://h/1?token=2222222222bbbbbb|G"), isVanished: index => index == 0));
        Assert.Equal([1, 0], StreamMatcher.Match(old, Table("|One|http://h/1?token=2222222222bbbbbb|G", "|One|http://h/1?token=2222222222bbbbbb|G"), isVanished: index => index == 0));
    }

    [Fact]
    public void A_quarter_of_a_million_streams_are_matched_quickly()
    {
        var old = Filled(250_000, seed: 1);
        var @new = Filled(250_000, seed: 2);

        var watch = Stopwatch.StartNew();
        var matches = StreamMatcher.Match(old, @new);

        Assert.All(matches, (match, i) => Assert.Equal(i, match));
        // Far above what it takes (a quarter of a second), so that only a quadratic mistake fails here.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_quarter_of_a_million_twins_take_no_quadratic_time()
    {
        var old = new StreamFeatureTable();
        var @new = new StreamFeatureTable();
        for (ulong i = 1; i <= 250_000; i++)
        {
            old.Add(new StreamFeatures(i, i, 1, 1, 1, 1));
            @new.Add(new StreamFeatures(i + 1_000_000, i + 1_000_000, 1, 1, 1, 1));
        }

        Assert.All(StreamMatcher.Match(old, @new), match => Assert.Equal(StreamMatcher.None, match));
    }

    private static void AssertFoundAgain(M3uEntry[] old, (int Origin, M3uEntry Entry)[] @new)
    {
        var matches = StreamMatcher.Match(Table(old), Table(@new.Select(pair => pair.Entry)));

        var wrong = matches.Where((match, i) => match != StreamMatcher.None && match != @new[i].Origin && !IsSame(old[match], old[@new[i].Origin])).Count();
        var found = matches.Count(match => match != StreamMatcher.None);
        Assert.Equal(0, wrong);
        Assert.InRange(found, (int)(old.Length * 0.99), old.Length);
    }

    /// <summary>Exact copies within one list: which is which can't be told, and makes no difference.</summary>
    private static bool IsSame(M3uEntry a, M3uEntry b) => StreamFeatures.Of(a).Content == StreamFeatures.Of(b).Content;

    private static M3uEntry Panel(int i, string user, string password, string suffix) => Read(
        $"#EXTINF:-1 tvg-id=\"{(i % 3 == 0 ? "" : $"ch{i / 3}.tv")}\" tvg-name=\"Channel {i / 2}\" group-title=\"Group {i % 90}\",Channel {i / 2}{suffix}\n"
        + $"http://panel.example:8080/live/{user}/{password}/{100_000 + i}.ts\n")[0];

    private static M3uEntry Tokened(int i, Random random, string suffix) => Read(
        $"#EXTINF:-1 group-title=\"Group {i % 90}\",Channel {i}{suffix}\nhttps://cdn{i % 7}.example/channel{i}/index.m3u8?token={random.NextInt64():x}&e={1_790_000_000 + random.Next(90_000)}\n")[0];

    private static string WithTokens(string list, Random random) =>
        string.Join('\n', list.Split('\n').Select(line => line.StartsWith("http", StringComparison.Ordinal)
            ? line.TrimEnd() + (line.Contains('?', StringComparison.Ordinal) ? "&" : "?") + $"token={random.NextInt64():x}" : line));

    private static string Renamed(string list, Random random) =>
        string.Join('\n', list.Split('\n').Select(line => line.StartsWith("#EXTINF", StringComparison.Ordinal) && random.Next(10) == 0
            ? $"{line.TrimEnd()} renamed {random.Next()}" : line));

    private static StreamFeatureTable Filled(int count, int seed)
    {
        var table = new StreamFeatureTable(count);
        for (var i = 0; i < count; i++)
        {
            var hash = StableHash.Of((ulong)i, 77);
            table.Add(new StreamFeatures(StableHash.Of(hash, (ulong)seed), StableHash.Of(hash, (ulong)seed + 9), hash, hash / 2 + 1, hash / 3 + 1, 1 + hash % 90));
        }
        return table;
    }

    /// <summary>Rows of "tvg-id|name|address|group".</summary>
    private static StreamFeatureTable Table(params string[] rows) => Table(rows.Select(row =>
    {
        var parts = row.Split('|');
        return Read($"#EXTINF:-1 tvg-id=\"{parts[0]}\" group-title=\"{parts[3]}\",{parts[1]}\n{parts[2]}\n")[0];
    }));

    private static StreamFeatureTable Table(IEnumerable<M3uEntry> entries)
    {
        var table = new StreamFeatureTable();
        foreach (var entry in entries)
            table.Add(StreamFeatures.Of(entry));
        return table;
    }

    private static M3uEntry[] Read(string list)
    {
        var entries = new List<M3uEntry>();
        var reader = new M3uReader(entries.Add);
        reader.Read(System.Text.Encoding.UTF8.GetBytes(list));
        reader.Complete();
        return [.. entries];
    }
}
