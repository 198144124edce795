using PlexBridge.Sources;

namespace PlexBridge.Tests.Sources;

public sealed class StableHashTests
{
    [Fact]
    public void The_hash_is_stored_and_so_must_never_change()
    {
        Assert.Equal(0x1C319647FD7CC701UL, StableHash.Of(""));
        Assert.Equal(0x80303FCC25DE777DUL, StableHash.Of("BBC One"));
        Assert.Equal(0x37DBDC3EB718508CUL, StableHash.Of("日本のテレビ"));
    }

    [Fact]
    public void Texts_added_one_by_one_keep_their_borders()
    {
        var one = new StableHash();
        one.Add("ab");
        one.Add("c");
        var other = new StableHash();
        other.Add("a");
        other.Add("bc");

        Assert.NotEqual(one.Finish(), other.Finish());
    }

    [Fact]
    public void A_million_similar_texts_do_not_collide()
    {
        var hashes = new HashSet<ulong>();
        for (var i = 0; i < 1_000_000; i++)
            Assert.True(hashes.Add(StableHash.Of($"http://h/live/u/p/{i}.ts")));
        Assert.DoesNotContain(0UL, hashes);
    }
}
