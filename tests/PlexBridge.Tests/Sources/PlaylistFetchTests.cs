using System.IO.Compression;
using System.Text;
using PlexBridge.Settings;
using PlexBridge.Sources;
using PlexBridge.Testing;
using static PlexBridge.Tests.Sources.ImportBench;

namespace PlexBridge.Tests.Sources;

public sealed class PlaylistFetchTests
{
    private static readonly string Playlist = List([.. Enumerable.Range(1, 200).Select(i => $"Channel {i}|http://h/{i}.ts")]);

    [Fact]
    public async Task An_etag_saves_the_transfer()
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        source.On("/l", (request, reply, token) => (request.Header("If-None-Match") == "\"v1\""
            ? Answers.Status(304) : Answers.Text(Playlist, headers: [("ETag", "\"v1\"")]))(request, reply, token));
        await bench.ImportUrlAsync(source.Url("/l"));

        var again = await bench.ImportUrlAsync(source.Url("/l"));

        Assert.Equal(ImportOutcome.Unchanged, again.Outcome);
        Assert.Equal("\"v1\"", source.Received[1].Header("If-None-Match"));
        Assert.Equal(ImportOutcome.Applied, (await bench.ImportUrlAsync(source.Url("/l"), isForced: true)).Outcome);
        Assert.Equal("", source.Received[2].Header("If-None-Match"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("")]
    public async Task Gzip_is_unpacked_as_encoding_and_as_content(string encoding)
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        source.On("/l", Answers.Bytes(Pack(Playlist), "text/plain", headers: encoding.Length > 0 ? [("Content-Encoding", encoding)] : []));

        Assert.Equal(200, (await bench.ImportUrlAsync(source.Url("/l"))).Counts.Channels);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("")]
    public async Task Truncated_gzip_is_noticed_and_changes_nothing(string encoding)
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        source.On("/l", Answers.InTurn(Answers.Text(Playlist), Answers.Bytes(Pack(Playlist + Playlist)[..^40], "text/plain", headers: encoding.Length > 0 ? [("Content-Encoding", encoding)] : [])));
        await bench.ImportUrlAsync(source.Url("/l"));

        var result = await bench.ImportUrlAsync(source.Url("/l"));

        Assert.Equal(ImportOutcome.Failed, result.Outcome);
        Assert.Contains("truncated", result.Message, StringComparison.Ordinal);
        Assert.Equal(200, await bench.NumberAsync("SELECT COUNT(*) FROM channels"));
    }

    [Theory]
    [InlineData(404, "not found")]
    [InlineData(403, "not accepted")]
    [InlineData(500, "problem of its own")]
    public async Task An_error_is_told_without_the_password(int status, string reason)
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        source.On("/get.php", Answers.Status(status));

        var result = await bench.ImportUrlAsync(source.Url("/get.php?username=alice&password=s3cret"));

        Assert.Equal(ImportOutcome.Failed, result.Outcome);
        Assert.Contains(reason, result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", result.Message + result.SourceName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_breaks_off_changes_nothing()
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        source.On("/l", async (_, reply, token) =>
        {
            await reply.HeadAsync(200, [("Content-Length", "100000")], token);
            await reply.WriteAsync(Encoding.UTF8.GetBytes(Playlist), token);
        });

        var result = await bench.ImportUrlAsync(source.Url("/l"));

        Assert.Equal(ImportOutcome.Failed, result.Outcome);
        Assert.Contains("broke off", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_server_is_waited_for_and_a_silent_one_is_not()
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        source.On("/slow", Answers.After(TimeSpan.FromMinutes(4), Answers.Text(Playlist), bench.Clock));
        source.On("/silent", Answers.Silence());

        var slow = bench.ImportUrlAsync(source.Url("/slow"));
        await source.WaitForAsync(s => s.Received.Any(request => request.Path == "/slow"), CancellationToken.None);
        await AdvanceUntilAsync(bench, slow, TimeSpan.FromMinutes(4.5));
        Assert.Equal(ImportOutcome.Applied, (await slow).Outcome);

        var silent = bench.ImportUrlAsync(source.Url("/silent"));
        await source.WaitForAsync(s => s.Received.Any(request => request.Path == "/silent"), CancellationToken.None);
        await AdvanceUntilAsync(bench, silent, TimeSpan.FromMinutes(6));
        Assert.Contains("sent nothing within 300 s", (await silent).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stops_in_the_middle_is_given_up()
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        source.On("/l", async (_, reply, token) =>
        {
            await reply.HeadAsync(200, [("Content-Type", "text/plain")], token);
            await reply.WriteAsync(Encoding.UTF8.GetBytes(Playlist), token);
            await FakeReply.StallAsync(token);
        });

        var import = bench.ImportUrlAsync(source.Url("/l"));
        await source.WaitForAsync(s => s.Received.Count > 0, CancellationToken.None);
        await AdvanceUntilAsync(bench, import, TimeSpan.FromMinutes(4));

        Assert.Contains("stopped in the middle", (await import).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_unpacks_beyond_the_limit_is_stopped()
    {
        await using var bench = await StartAsync();
        await using var source = FakeSource.Start();
        bench.Settings.Replace(new SettingsSnapshot([new SettingValue(SettingsCatalog.SourceSizeLimit, 2L << 20, "2MB", SettingOrigin.Database, "test")]));
        source.On("/l", Answers.Bytes(Pack(new string('\n', 50 << 20)), "text/plain"));

        Assert.Contains("larger than 2 MB", (await bench.ImportUrlAsync(source.Url("/l"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stdin_is_read_once_and_can_not_be_refreshed()
    {
        await using var bench = await StartAsync();
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Playlist));

        var result = await bench.Import.ImportAsync(new SourceDefinition("-", "mine"), false, input, CancellationToken.None);

        Assert.Equal((ImportOutcome.Applied, 200), (result.Outcome, result.Counts.Channels));
        var again = await bench.Import.RefreshAsync(result.Source, false, CancellationToken.None);
        Assert.Contains("stdin", again!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_and_an_unknown_kind_are_refused_with_a_sentence()
    {
        await using var bench = await StartAsync();

        Assert.Contains("is a folder", (await bench.ImportUrlAsync("/tmp")).Message, StringComparison.Ordinal);
        Assert.Contains("not supported", (await bench.ImportUrlAsync("ftp://h/list.m3u")).Message, StringComparison.Ordinal);
    }

    /// <summary>Moves the clock in steps as far as it takes, at most to the limit; real work happens between the steps.</summary>
    private static async Task AdvanceUntilAsync(ImportBench bench, Task task, TimeSpan limit)
    {
        for (var passed = TimeSpan.Zero; passed < limit && !task.IsCompleted; passed += TimeSpan.FromSeconds(10))
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(task, Task.Delay(20));
        }
    }

    private static byte[] Pack(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}
