using System.Buffers;
using System.Text;
using PlexBridge.Channels;
using PlexBridge.Formats.HdHomeRun;

namespace PlexBridge.Tuner;

/// <summary>
/// `/playlist.m3u`: every enabled channel for players that read playlists, never cut at the tuner's limit. Written
/// while it is read from the database, so that a quarter of a million channels take no memory.
/// </summary>
internal static class ChannelPlaylist
{
    private const int FlushAt = 64 * 1024;

    public static async Task SendAsync(
        HttpContext context, string baseAddress, Func<CancellationToken, IAsyncEnumerable<LineupChannel>> readEnabled)
    {
        var response = context.Response;
        TunerReply.SetHeaders(response);
        response.ContentType = "audio/x-mpegurl; charset=utf-8";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var body = response.BodyWriter;
        body.Write("#EXTM3U\n"u8);
        var line = new StringBuilder();
        await foreach (var channel in readEnabled(context.RequestAborted))
        {
            Write(line.Clear(), channel, baseAddress);
            foreach (var chunk in line.GetChunks())
                Encoding.UTF8.GetBytes(chunk.Span, body);
            if (body.UnflushedBytes >= FlushAt)
                await body.FlushAsync(context.RequestAborted);
        }
        await body.FlushAsync(context.RequestAborted);
    }

    private static void Write(StringBuilder line, LineupChannel channel, string baseAddress)
    {
        var number = channel.Number.ToString();
        // The guide's channel ids are the numbers (contract.md).
        line.Append("#EXTINF:-1 tvg-id=\"").Append(number).Append("\" tvg-chno=\"").Append(number)
            .Append("\" tvg-name=\"").Append(LineupM3u.Attribute(channel.Name)).Append('"');
        if (channel.Group.Length > 0)
            line.Append(" group-title=\"").Append(LineupM3u.Attribute(channel.Group)).Append('"');
        line.Append(',').Append(LineupM3u.Title(channel.Name)).Append('\n')
            .Append(baseAddress).Append("/stream/").Append(channel.Id.Value).Append('\n');
    }
}
