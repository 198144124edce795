using System.Text;
using PlexBridge.Formats.M3u;
using PlexBridge.Testing;

namespace PlexBridge.Formats.Tests.M3u;

public sealed class M3uReaderTests
{
    [Fact]
    public void A_line_beyond_the_limit_takes_its_entry_along_and_is_counted()
    {
        var (entries, summary) = Reading.Read(
            "#EXTM3U\n#EXTINF:-1,A\nhttp://h/" + new string('x', M3uReader.MaximumLineBytes) + "\n#EXTINF:-1 tvg-id=\"" + new string('y', M3uReader.MaximumLineBytes)
            + "\",B\nhttp://h/b\n#EXTINF:-1,C\nhttp://h/c\n");

        Assert.Equal("C", Assert.Single(entries).Name);
        Assert.Equal(2, summary.TooLong);
    }

    [Fact]
    public void One_single_line_beyond_the_limit_is_text_without_entries_and_not_empty()
    {
        var (entries, summary) = Reading.Read(new string('x', 2 * M3uReader.MaximumLineBytes));

        Assert.Empty(entries);
        Assert.Equal(PlaylistKind.NoEntries, summary.Kind);
    }

    [Fact]
    public void Marks_that_turn_the_direction_of_writing_are_left_out_of_names_and_groups()
    {
        var (entries, _) = Reading.Read("#EXTINF:-1 group-title=\"\u2066Ne\u200Ews\u2069\",\u202Etxet\u202C \u200FA\u061C\nhttp://h/a\n");

        Assert.Equal(("txet A", "News"), (Assert.Single(entries).Name, entries[0].Group));
    }

    [Fact]
    public void An_address_of_five_thousand_characters_is_kept()
    {
        var url = "http://h/" + new string('x', 5000) + ".ts";

        var (entries, _) = Reading.Read("#EXTINF:-1,A\n" + url);

        Assert.Equal(url, Assert.Single(entries).Url);
    }

    [Fact]
    public void Attributes_and_headers_are_bounded()
    {
        var attributes = string.Concat(Enumerable.Range(0, 500).Select(i => $" x{i}=\"1\""));
        var headers = string.Join('&', Enumerable.Range(0, 500).Select(i => $"X-{i}=1"));

        var (entries, _) = Reading.Read($"#EXTINF:-1{attributes},A\nhttp://h/a|{headers}\n");

        Assert.Equal(M3uReader.MaximumAttributes, Assert.Single(entries).Attributes.Count);
        Assert.Equal(M3uReader.MaximumHeaders, entries[0].Headers.Count);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><body>Log in</body></html>", PlaylistKind.HtmlPage)]
    [InlineData("\n  <html>", PlaylistKind.HtmlPage)]
    [InlineData("<?xml version=\"1.0\"?><tv></tv>", PlaylistKind.Xml)]
    [InlineData("{\"user_info\":{\"auth\":0}}", PlaylistKind.Json)]
    [InlineData("[]", PlaylistKind.Json)]
    [InlineData("", PlaylistKind.Empty)]
    [InlineData(" \r\n\t\n", PlaylistKind.Empty)]
    [InlineData("#EXTM3U\n", PlaylistKind.NoEntries)]
    [InlineData("Not found", PlaylistKind.NoEntries)]
    [InlineData("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:6.0,\nseg7.ts\n", PlaylistKind.HlsMediaPlaylist)]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1280000\nlow/index.m3u8\n", PlaylistKind.HlsMasterPlaylist)]
    [InlineData("#EXTINF:-1,A\nhttp://h/a\n", PlaylistKind.Playlist)]
    [InlineData("PK\u0003\u0004....", PlaylistKind.Zip)]
    public void What_it_is_instead_of_a_playlist_is_told(string text, PlaylistKind kind) => Assert.Equal(kind, Reading.Read(text).Summary.Kind);

    [Fact]
    public void Gzip_is_recognised_by_its_first_bytes() => Assert.Equal(PlaylistKind.Gzip, Reading.Read([0x1F, 0x8B, 8, 0, 0, 0]).Summary.Kind);

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Utf16_is_read_with_and_without_its_mark(string encoding)
    {
        var text = "#EXTM3U\n#EXTINF:-1 group-title=\"Música\",Español 日本 😀\nhttp://h/a\n";
        var utf16 = Encoding.GetEncoding(encoding);
        var random = new Random(1);

        var marked = Reading.Read([.. utf16.GetPreamble(), .. utf16.GetBytes(text)], () => random.Next(1, 8));
        var bare = Reading.Read(utf16.GetBytes(text));

        Assert.Equal("Español 日本 😀", Assert.Single(marked.Entries).Name);
        Assert.Equal("Música", Assert.Single(bare.Entries).Group);
    }

    [Fact]
    public void Windows_1251_and_1252_lines_are_decoded_without_code_pages()
    {
        // "Россия" in Windows-1251, "Télé €" in Windows-1252.
        byte[] cyrillic = [.. "#EXTINF:-1,"u8, 0xD0, 0xEE, 0xF1, 0xF1, 0xE8, 0xFF, .. "\nhttp://h/a\n"u8];
        byte[] western = [.. "#EXTINF:-1,T"u8, 0xE9, (byte)'l', 0xE9, (byte)' ', 0x80, .. "\nhttp://h/a\n"u8];

        Assert.Equal("Россия", Assert.Single(Reading.Read(cyrillic).Entries).Name);
        Assert.Equal("Télé €", Assert.Single(Reading.Read(western).Entries).Name);
    }

    [Fact]
    public void The_public_list_reads_whole()
    {
        if (TestPaths.Shared("free-tv.m3u8") is not { } path)
            return;

        var (entries, summary) = Reading.Read(File.ReadAllBytes(path));

        Assert.Equal(PlaylistKind.Playlist, summary.Kind);
        Assert.Equal(2059, entries.Count);
        Assert.Equal(97, entries.Select(entry => entry.Group).Distinct().Count());
        Assert.True(summary.Header.GuideUrls.Count > 50);
        Assert.Equal((0, 0, 0), (summary.StrayLines, summary.TooLong, summary.WithoutAddress));
        Assert.All(entries.Where(entry => entry.Url.Contains("youtube.com", StringComparison.Ordinal) || entry.Url.Contains("[NO", StringComparison.Ordinal)),
            entry => Assert.Equal(EntryKind.NoStream, entry.Kind));
        Assert.All(entries.Where(entry => entry.Url.Contains(".m3u8", StringComparison.Ordinal)), entry => Assert.Equal(EntryKind.Live, entry.Kind));
    }

    [Fact]
    public void A_whole_list_costs_little_memory_per_entry()
    {
        var list = Encoding.UTF8.GetBytes("#EXTM3U\n" + string.Concat(Enumerable.Range(0, 2000).Select(i =>
            $"#EXTINF:-1 tvg-id=\"id{i}\" tvg-name=\"Name {i}\" tvg-logo=\"http://l/{i}.png\" group-title=\"Group {i % 40}\",Name {i}\nhttp://h/u/p/{i}.ts\n")));
        var count = 0;
        var reader = new M3uReader(_ => count++);

        var before = GC.GetAllocatedBytesForCurrentThread();
        reader.Read(list);
        reader.Complete();

        Assert.Equal(2000, count);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 2000, 1, 800);
    }
}
