using PlexBridge.Benchmarks.Load;

namespace PlexBridge.Benchmarks;

/// <summary>CPU per GB delivered from a source that is as fast as 400 Mbit/s, beside nginx as a reverse proxy of the same.</summary>
internal static class RelayBulkFigures
{
    private static readonly LoadShape One = new(Channels: 1, Viewers: 1, TimeSpan.FromSeconds(3));
    private static readonly LoadShape Eight = new(Channels: 1, Viewers: 8, TimeSpan.FromSeconds(3));

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        using var source = new LoadSource(new StreamLoop(), Pace.Bulk);
        await using var ours = await RelayAppliance.ServeAsync(source, channels: 1);
        await using var nginx = await NginxPeer.ProxyAsync(source);
        await using var tuned = await NginxPeer.TunedProxyAsync(source);
        var rounds = new Rounds();
        var (nginxOne, oursOne, tunedOne) = (rounds.Add(nginx, One), rounds.Add(ours, One), rounds.Add(tuned, One));
        var (nginxEight, oursEight, tunedEight) = (rounds.Add(nginx, Eight), rounds.Add(ours, Eight), rounds.Add(tuned, Eight));
        await rounds.RunAsync();
        return
        [
            Rounds.Compare("bulk, 1 viewer, against nginx", oursOne, nginxOne, 0.75),
            Rounds.Compare("bulk, 1 viewer, against nginx tuned", oursOne, tunedOne, null),
            Rounds.Compare("bulk, 8 viewers, against nginx", oursEight, nginxEight, 0.25),
            Rounds.Compare("bulk, 8 viewers, against nginx tuned", oursEight, tunedEight, 0.8),
        ];
    }
}
