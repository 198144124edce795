using System.Globalization;
using PlexBridge.Channels;
using PlexBridge.Settings;

namespace PlexBridge.Tuner;

/// <summary>
/// The addresses that channels play at (protocols 1.10): finds the channel, refuses what can't be, and hands the
/// request to the room of the streams.
/// </summary>
internal sealed partial class StreamEndpoints(SettingsHolder settings, TunerInputs inputs, ILogger<StreamEndpoints> logger)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/auto/{channel}", Reading, context => PlayNumberAsync(context, tuner: null));
        endpoints.MapMethods("/tuner{tuner:int}/{channel}", Reading, PlayOnTunerAsync);
        endpoints.MapMethods("/stream/{channel}", Reading, PlayIdAsync);
    }

    private Task PlayOnTunerAsync(HttpContext context)
    {
        var tuner = int.Parse(Route(context, "tuner"), CultureInfo.InvariantCulture);
        return tuner >= 0 && tuner < settings.Current.Get(SettingsCatalog.TunerCount)
            ? PlayNumberAsync(context, tuner)
            : StreamRefusals.SendAsync(context, StreamRefusals.UnknownChannel);
    }

    private Task PlayNumberAsync(HttpContext context, int? tuner)
    {
        // `ch…` asks for a whole multiplex by its frequency, which streams don't have.
        var name = Route(context, "channel");
        LineupChannel? channel = null;
        if (name.StartsWith('v') && ChannelNumber.TryParse(name.AsSpan(1), out var number))
            inputs.Lineup().TryFind(number, out channel);
        return PlayAsync(context, channel, tuner);
    }

    private async Task PlayIdAsync(HttpContext context)
    {
        LineupChannel? channel = null;
        if (long.TryParse(Route(context, "channel"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            && !inputs.Lineup().TryFind(new ChannelId(id), out channel))
            channel = await inputs.FindEnabledAsync(new ChannelId(id), context.RequestAborted);
        await PlayAsync(context, channel, tuner: null);
    }

    private async Task PlayAsync(HttpContext context, LineupChannel? channel, int? tuner)
    {
        var query = context.Request.Query;
        TimeSpan? duration = null;
        if (channel is null)
            await StreamRefusals.SendAsync(context, StreamRefusals.UnknownChannel);
        else if (!StreamQuery.IsKnownProfile(query["transcode"].ToString()))
            await StreamRefusals.SendAsync(context, StreamRefusals.UnknownTranscodeProfile);
        else if (query.ContainsKey("duration") && !StreamQuery.TryParseDuration(query["duration"].ToString(), out duration))
            await TunerReply.SendEmpty(context, StatusCodes.Status400BadRequest);
        else if (HttpMethods.IsHead(context.Request.Method))
            await TunerReply.SendStreamHead(context);
        else if (await inputs.PlayAsync(context, channel, tuner, duration) is { } refused)
        {
            var error = StreamRefusals.ErrorOf(refused.Refusal);
            LogRefused(logger, channel.Number, channel.Name, context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : context.Connection.RemoteIpAddress, error, refused.Detail);
            await StreamRefusals.SendAsync(context, error);
        }
    }

    private static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    [LoggerMessage(1001, LogLevel.Information, "Refused channel {Number} ({Name}) to {Viewer}: {Error}: {Detail}")]
    private static partial void LogRefused(ILogger logger, ChannelNumber number, string name, System.Net.IPAddress? viewer, string error, string detail);
}
