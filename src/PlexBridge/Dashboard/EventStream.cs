using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text;

namespace PlexBridge.Dashboard;

/// <summary>
/// Server-sent events for one browser: the parts of the page that differ from what it has, at most once per
/// <see cref="DashboardFeed.Pace"/>. A browser that reads slowly is waited for and then gets the newest state only.
/// </summary>
internal sealed class EventStream(DashboardFeed feed, TimeProvider time)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Sends until the token is cancelled.</summary>
    /// <param name="seen">The revision that the browser has.</param>
    public async Task SendAsync(PipeWriter output, ImmutableArray<string> topics, long seen, CancellationToken cancellationToken)
    {
        output.Write(": PlexBridge\nretry: 3000\n\n"u8);
        await output.FlushAsync(cancellationToken);
        using var pace = new PeriodicTimer(DashboardFeed.Pace, time);
        var lastSent = time.GetTimestamp();
        do
        {
            var state = await feed.LookAsync(cancellationToken);
            var news = state.Contents.Where(content => content.Revision > seen && topics.Contains(content.Topic)).ToList();
            foreach (var content in news)
                Write(output, content);
            seen = state.Revision;
            if (news.Count == 0 && time.GetElapsedTime(lastSent) < Heartbeat)
                continue;
            if (news.Count == 0)
                output.Write(":\n\n"u8);
            await output.FlushAsync(cancellationToken);
            lastSent = time.GetTimestamp();
        }
        while (await pace.WaitForNextTickAsync(cancellationToken));
    }

    private void Write(PipeWriter output, TopicContent content)
    {
        Encoding.UTF8.GetBytes($"event: {content.Topic}\nid: {feed.Mark(content.Revision)}\n", output);
        foreach (var line in content.Html.Span.Split((byte)'\n'))
        {
            output.Write("data: "u8);
            output.Write(content.Html.Span[line]);
            output.Write("\n"u8);
        }
        output.Write("\n"u8);
    }
}
