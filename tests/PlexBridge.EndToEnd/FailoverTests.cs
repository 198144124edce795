using System.Globalization;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>
/// The stream that never breaks, over real sockets: channels with backups whose sources fail in every way, real pictures
/// and sound, and a decoder that looks at what the viewers got.
/// </summary>
public sealed class FailoverTests : IAsyncLifetime, IDisposable
{
    private const int Channels = 4;
    private static readonly string[] Streams = ["a", "b", "c"];
    private static readonly TimeSpan Play = TimeSpan.FromSeconds(5.3);

    private readonly TempFolder _data = new();
    private readonly List<TsClip> _clips = [];
    private readonly FakeSource _source = FakeSource.Start();

    private enum Fault
    {
        Close,
        BreakInsidePacket,
        Reset,
        Stall,
        Trickle,
        Scramble,
        FreezeClock,
        DropPicture,
        Page,
        Refuse,
    }

    public async Task InitializeAsync()
    {
        if (Programs.Find("ffmpeg") is null)
            return;
        _clips.Add(TsClip.Load(await Clips.MakeAsync(_data, new ClipOptions())));
        _clips.Add(TsClip.Load(await Clips.MakeAsync(_data, new ClipOptions
        {
            Size = "480x270", FramesPerSecond = 50, FramesPerGroup = 50, ReorderedFrames = 2, SoundRate = "96k", FirstPid = 0x41,
        })));
        _clips.Add(TsClip.Load(await Clips.MakeAsync(_data, new ClipOptions
        {
            Size = "256x144", FramesPerSecond = 30, FramesPerGroup = 15, SoundRate = "128k", FirstPid = 0x1F0, Further = ["-pes_payload_size", "0"],
        })));
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    public void Dispose() => _data.Dispose();

    [PeerFact("ffmpeg")]
    public async Task Forty_faults_never_break_a_stream() => await BreakAsync(faultsPerChannel: 10, seed: 3);

    [SoakFact]
    [Trait("Category", "Soak")]
    public async Task Four_hundred_faults_never_break_a_stream() => await BreakAsync(faultsPerChannel: 100, seed: 4);

    [PeerFact("ffmpeg")]
    public async Task Streams_are_tried_in_the_order_that_was_set()
    {
        await ServeAsync(1, stream => Answers.Live(() => _clips[stream].Play(TimeSpan.FromSeconds(1)).Until(stream == 2 ? TimeSpan.FromSeconds(3) : TimeSpan.FromHours(1))));
        await Succeeds("channels", "set", "1", "--streams", "3,1,2");
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        await using var viewer = await Recording.StartAsync(appliance.Address, "/auto/v1", _data["order.ts"]);

        await Descendants.UntilAsync(() => _source.Requests("/1/a.ts") == 1, TimeSpan.FromSeconds(20), "the first backup is asked");

        Assert.Equal(["/1/c.ts", "/1/a.ts"], _source.Received.Select(request => request.Path));
        Assert.False(viewer.HasEnded);
    }

    private async Task BreakAsync(int faultsPerChannel, int seed)
    {
        var plans = new Queue<Fault>[Channels];
        var started = TimeProvider.System.GetTimestamp();
        for (var channel = 0; channel < Channels; channel++)
        {
            var random = new Random((seed * 100) + channel);
            plans[channel] = new Queue<Fault>(Enumerable.Range(0, faultsPerChannel).Select(index =>
                channel == 0 && index < 10 ? (Fault)index : (Fault)random.Next(10)));
        }

        await ServeAsync(Channels, (channel, stream) => (request, reply, token) =>
        {
            Fault? fault;
            lock (plans)
                fault = plans[channel].TryDequeue(out var next) ? next : null;
            return Misbehave(fault, _clips[stream], TimeProvider.System.GetElapsedTime(started), 0x1_0000_0000L * stream)(request, reply, token);
        });
        await Succeeds("settings", "set", "relay.stall", "1s");
        await Succeeds("settings", "set", "relay.picture", "2s");
        await using var appliance = await Appliance.ServeAsync(_data.Path);
        var viewers = new List<Recording>();
        for (var channel = 1; channel <= Channels; channel++)
            viewers.Add(await Recording.StartAsync(appliance.Address, $"/auto/v{channel}", _data[$"seen{channel}.ts"]));

        await Descendants.UntilAsync(
            () => viewers.Exists(viewer => viewer.HasEnded) || Array.TrueForAll(plans, plan => plan.Count == 0),
            TimeSpan.FromSeconds(30 + (faultsPerChannel * 15)), "every fault has happened");
        await Task.Delay(TimeSpan.FromSeconds(9), TimeProvider.System);
        Assert.All(viewers, viewer => Assert.False(viewer.HasEnded, appliance.Errors));
        foreach (var viewer in viewers)
        {
            await viewer.StopAsync();
            Assert.True(viewer.Checker.Faults.Count == 0, $"{string.Join('\n', viewer.Checker.Faults.Take(20))}\n{appliance.Errors}");
            var errors = await DecodeAsync(viewer.Path);
            Assert.True(!errors.Any(line => line.Contains("DTS", StringComparison.OrdinalIgnoreCase)), string.Join('\n', errors.Take(30)));
            Assert.True(errors.Length <= 2 * faultsPerChannel, string.Join('\n', errors.Take(30)));
        }
    }

    /// <summary>A connection that plays well for a while and then does not; without a fault it plays on.</summary>
    private static FakeAnswer Misbehave(Fault? fault, TsClip clip, TimeSpan position, long timestamps)
    {
        int[] shown = [clip.Map.Video!.Pid, clip.Map.Audio!.Pid];
        IEnumerable<LiveChunk> Feed() => clip.Play(position, timestamps);
        return fault switch
        {
            null => Answers.Live(Feed),
            Fault.Close => Answers.Live(() => Feed().Until(Play)),
            Fault.BreakInsidePacket => Answers.Live(() => Feed().BrokenOff(Play)),
            Fault.Reset => Answers.Live(() => Feed().BrokenOff(Play), LiveEnd.Reset),
            Fault.Stall => Answers.Live(() => Feed().BrokenOff(Play), LiveEnd.Stall),
            Fault.Trickle => Answers.Live(() => Feed().Until(Play), LiveEnd.Trickle),
            Fault.Scramble => Answers.Live(() => Feed().From(Play, TsDamage.Scrambled(shown))),
            Fault.FreezeClock => Answers.Live(() => Feed().From(Play, TsDamage.FrozenClock())),
            Fault.DropPicture => Answers.Live(() => Feed().From(Play, TsDamage.Without(shown[0]))),
            Fault.Page => Answers.Html(),
            _ => Answers.Status(403),
        };
    }

    private static async Task<string[]> DecodeAsync(string file)
    {
        // The clips have three frame rates: ffmpeg would count all frames by the first one's and complain of its own rounding.
        var ran = await Programs.RunAsync(Programs.Find("ffmpeg")!, ["-v", "error", "-nostdin", "-i", file, "-fps_mode", "vfr", "-f", "null", "-"], TimeSpan.FromMinutes(5));
        return ran.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private Task ServeAsync(int channels, Func<int, FakeAnswer> answer) => ServeAsync(channels, (_, stream) => answer(stream));

    /// <summary>Channels 1 and up, each of three streams that one playlist names.</summary>
    private async Task ServeAsync(int channels, Func<int, int, FakeAnswer> answer)
    {
        var list = "#EXTM3U\n";
        for (var channel = 0; channel < channels; channel++)
            for (var stream = 0; stream < Streams.Length; stream++)
            {
                var path = string.Create(CultureInfo.InvariantCulture, $"/{channel + 1}/{Streams[stream]}.ts");
                _source.On(path, answer(channel, stream));
                list += string.Create(CultureInfo.InvariantCulture, $"#EXTINF:-1 tvg-id=\"c{channel + 1}\" tvg-chno=\"{channel + 1}\",Channel {channel + 1}\n{_source.Url(path)}\n");
            }

        await Succeeds("import", _data.Write("list.m3u", list), "--merge", "tvg-id");
    }

    private async Task Succeeds(params string[] verb)
    {
        var ran = await Appliance.RunAsync(_data.Path, verb);
        Assert.True(ran.ExitCode == 0, ran.ToString());
    }
}
