using System.Globalization;
using System.Net;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks.Load;

/// <summary>dist/plexbridge with the channels of a source of load. Owns the process and its data folder.</summary>
internal sealed class RelayAppliance : IRelaying, IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly Appliance _appliance;

    private RelayAppliance(TempFolder folder, Appliance appliance)
    {
        (_folder, _appliance) = (folder, appliance);
        EndPoint = IPEndPoint.Parse(appliance.Address.Authority);
    }

    public string Name => "plexbridge";

    public IPEndPoint EndPoint { get; }

    public int ProcessId => _appliance.ProcessId;

    /// <summary>Imports as many channels of the source as are asked for, and serves.</summary>
    public static async Task<RelayAppliance> ServeAsync(LoadServer source, int channels)
    {
        var folder = new TempFolder();
        try
        {
            var playlist = "#EXTM3U\n" + string.Concat(Enumerable.Range(1, channels).Select(channel =>
                string.Create(CultureInfo.InvariantCulture, $"#EXTINF:-1 tvg-id=\"c{channel}\" tvg-chno=\"{channel}\",Channel {channel}\n{source.Url(channel)}\n")));
            var data = folder["data"];
            await Verbs.SucceedAsync(data, "import", folder.Write("list.m3u", playlist));
            await Verbs.SucceedAsync(data, "settings", "set", "tuner.count", "255");
            // What a round left behind must be gone when the next one is measured.
            await Verbs.SucceedAsync(data, "settings", "set", "relay.linger", "0s");
            await Verbs.SucceedAsync(data, "settings", "set", "network.discovery", "off");
            return new RelayAppliance(folder, await Appliance.ServeAsync(data));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public string Path(int channel) => string.Create(CultureInfo.InvariantCulture, $"/auto/v{channel}");

    public async ValueTask DisposeAsync()
    {
        await _appliance.DisposeAsync();
        _folder.Dispose();
    }
}
