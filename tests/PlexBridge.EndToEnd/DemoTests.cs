using System.Text.Json;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>The three channels that ffmpeg makes on demand, and what becomes of ffmpeg afterwards.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [PeerFact("ffmpeg", "ffprobe")]
    public async Task Demo_shows_a_picture_and_sounds()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path, "--demo");

        using var lineup = JsonDocument.Parse(await appliance.Client.GetStringAsync("lineup.json"));
        var codecs = await Ffprobe.CodecsAsync(new Uri(appliance.Address, "auto/v9001"));

        Assert.Equal(["9001", "9002", "9003"], lineup.RootElement.EnumerateArray().Select(channel => channel.GetProperty("GuideNumber").GetString()));
        Assert.Equal(["h264", "aac"], codecs);
    }

    [PeerFact("ffmpeg")]
    public async Task Ffmpeg_runs_only_while_somebody_watches()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path, "--demo");
        Assert.Empty(Descendants.Named("ffmpeg", appliance.ProcessId));

        await using (var viewer = await Watching.OpenAsync(appliance.Client, "auto/v9001"))
        {
            await viewer.UntilAsync(50_000);
            Assert.Single(Descendants.Named("ffmpeg", appliance.ProcessId));
        }

        await Descendants.UntilAsync(
            () => Descendants.Named("ffmpeg", appliance.ProcessId).Count == 0, TimeSpan.FromSeconds(30), "ffmpeg ends after the last viewer");
    }

    [PeerFact("ffmpeg")]
    public async Task Killed_appliance_leaves_no_ffmpeg()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path, "--demo");
        await using var viewer = await Watching.OpenAsync(appliance.Client, "auto/v9002");
        var ffmpeg = Assert.Single(Descendants.Named("ffmpeg", appliance.ProcessId));

        await appliance.KillAsync();

        await Descendants.UntilAsync(() => !Descendants.IsRunning(ffmpeg), TimeSpan.FromSeconds(5), "ffmpeg dies with the appliance");
    }

    [PeerFact("ffmpeg")]
    public async Task Stopped_appliance_leaves_no_ffmpeg()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path, "--demo");
        await using var viewer = await Watching.OpenAsync(appliance.Client, "auto/v9003");
        var ffmpeg = Assert.Single(Descendants.Named("ffmpeg", appliance.ProcessId));

        Assert.Equal(0, await appliance.StopAsync());

        Assert.False(Descendants.IsRunning(ffmpeg));
    }
}
