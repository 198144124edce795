using System.Globalization;
using System.Text;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>Sources that hand over their bytes in ways of their own.</summary>
public sealed class SourceTests : IAsyncLifetime, IDisposable
{
    private const int ChunkLength = 2000;

    private readonly TempFolder _data = new();
    private readonly FakeSource _source = FakeSource.Start();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _source.DisposeAsync();

    public void Dispose() => _data.Dispose();

    [PeerFact]
    public async Task Small_chunks_are_read_as_fast_as_they_come()
    {
        _source.On("/live.ts", async (_, reply, token) =>
        {
            await reply.HeadAsync(200, [("Content-Type", "video/mp2t"), ("Transfer-Encoding", "chunked")], token);
            foreach (var chunk in new TsGenerator(new TsGeneratorOptions { BitsPerSecond = 20_000_000 }).Seconds(4).Chunk(ChunkLength))
                await reply.WriteAsync(
                    (byte[])[.. Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), .. chunk, .. "\r\n"u8], token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        var list = _data.Write("list.m3u", $"#EXTM3U\n#EXTINF:-1 tvg-chno=\"1\",One\n{_source.Url("/live.ts")}\n");
        Assert.Equal(0, (await Programs.RunAsync(TestPaths.Binary, ["import", list, "--data", _data.Path], TimeSpan.FromSeconds(30))).ExitCode);
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        using var viewer = await RawViewer.AskAsync(appliance.Address, "GET /auto/v1");
        await viewer.ReadHeadAsync();

        // Read one piece for each beat, 6 MB would take half a minute.
        var body = await viewer.ReadBodyAsync(6_000_000).WaitAsync(TimeSpan.FromSeconds(12));

        Assert.True(body.Length >= 6_000_000);
    }
}
