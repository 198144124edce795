using System.Buffers;
using PlexBridge.Formats.HdHomeRun;
using PlexBridge.Settings;
using PlexBridge.Streaming;

namespace PlexBridge.Tuner;

/// <summary>HDHomeRun's HTTP API but its streams (protocols 1.2 to 1.8).</summary>
internal sealed class TunerEndpoints(DeviceIdentity identity, SettingsHolder settings, TunerInputs inputs, TimeProvider time)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private readonly LineupDocuments _documents = new(inputs.Lineup);
    private readonly LineupScan _scan = new(time, inputs.RepublishAsync);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/discover.json", Reading, DiscoverAsync);
        endpoints.MapMethods("/lineup.json", Reading, context => TunerReply.SendAsync(context, TunerReply.Json, _documents.Json(Base(context))));
        endpoints.MapMethods("/lineup.xml", Reading, context => TunerReply.SendAsync(context, TunerReply.Xml, _documents.Xml(Base(context))));
        endpoints.MapMethods("/lineup.m3u", Reading, context => TunerReply.SendAsync(context, TunerReply.Text, _documents.M3u(Base(context))));
        endpoints.MapMethods("/lineup_status.json", Reading, StatusOfScanAsync);
        endpoints.MapMethods("/status.json", Reading, StatusAsync);
        endpoints.MapPost("/lineup.post", PostAsync);
        endpoints.MapMethods("/playlist.m3u", Reading, context => ChannelPlaylist.SendAsync(context, Base(context), inputs.ReadEnabled));
    }

    private Task DiscoverAsync(HttpContext context)
    {
        var current = settings.Current;
        var document = new DiscoverDocument(
            current.Get(SettingsCatalog.TunerName), current.Get(SettingsCatalog.TunerModel), current.Get(SettingsCatalog.TunerFirmware),
            current.Get(SettingsCatalog.TunerFirmwareVersion), identity.DeviceId, identity.DeviceAuth,
            BaseAddress.Of(context, current), current.Get(SettingsCatalog.TunerCount));
        return SendJsonAsync(context, document.WriteJson);
    }

    private Task StatusOfScanAsync(HttpContext context) => SendJsonAsync(context, _scan.Status(inputs.Lineup().Channels.Length).WriteJson);

    private Task StatusAsync(HttpContext context) => SendJsonAsync(context, output => TunerStatus.WriteJson(output, inputs.Tuners().Select(StatusOf)));

    private async Task PostAsync(HttpContext context)
    {
        // Favourites are the user's to edit, on the pages and by verbs; a client's wish for one is refused like any other.
        switch (context.Request.Query["scan"].ToString())
        {
            case "start":
                await _scan.StartAsync(context.RequestAborted);
                await TunerReply.SendEmpty(context, StatusCodes.Status200OK);
                break;
            case "abort":
                _scan.Abort();
                await TunerReply.SendEmpty(context, StatusCodes.Status200OK);
                break;
            default:
                await TunerReply.SendEmpty(context, StatusCodes.Status400BadRequest);
                break;
        }
    }

    private static TunerStatus StatusOf(TunerSnapshot tuner) => new(tuner.Index, tuner.Session is { } session
        ? new TunerReception(session.ChannelNumber, session.ChannelName, session.Viewer, session.BitsPerSecond)
        {
            Session = new TunerSession(
                session.State, session.Stream, session.Kind, session.VideoCodec, session.AudioCodec, session.UserAgent, session.Started,
                session.Bytes, session.SwitchCount, session.Fault ?? (session.Switches is [.., var last] ? last.Reason : null), session.Repaired, session.Lost, session.Skips),
        }
        : null);

    private string Base(HttpContext context) => BaseAddress.Of(context, settings.Current);

    private static Task SendJsonAsync(HttpContext context, Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>(512);
        write(output);
        return TunerReply.SendAsync(context, TunerReply.Json, output.WrittenMemory);
    }
}
