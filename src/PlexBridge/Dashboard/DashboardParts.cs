using PlexBridge.Channels;
using PlexBridge.Streaming;
using PlexBridge.Web.Admin;

namespace PlexBridge.Dashboard;

/// <summary>The models of everything that moves on the page, taken at one moment.</summary>
internal sealed record DashboardParts
{
    private const string NoGroup = "No group";

    public required IReadOnlyList<WarningModel> Warnings { get; init; }

    public required IReadOnlyList<TunerModel> Tuners { get; init; }

    public required IReadOnlyList<SessionModel> Sessions { get; init; }

    public required SourcesModel Sources { get; init; }

    public required LineupModel Lineup { get; init; }

    public static IReadOnlyList<TunerModel> TunersOf(IReadOnlyList<TunerSnapshot> tuners) =>
        [.. tuners.Select(tuner => new TunerModel(tuner.Index + 1, tuner.Session?.ChannelNumber, tuner.Session?.ChannelName))];

    public static IReadOnlyList<SessionModel> SessionsOf(IReadOnlyList<SessionSnapshot> sessions) =>
        [.. sessions.Select(session => new SessionModel
        {
            ChannelNumber = session.ChannelNumber,
            ChannelName = session.ChannelName,
            Viewer = session.Viewer,
            Program = SessionPhrases.Program(session.UserAgent),
            Tuner = session.Tuner + 1,
            Started = session.Started,
            BitsPerSecond = session.BitsPerSecond,
            Codecs = SessionPhrases.Codecs(session.VideoCodec, session.AudioCodec),
            Stream = $"{session.Kind} {session.Stream}".Trim(),
            Bytes = session.Bytes,
            Troubles = SessionPhrases.Troubles(session),
            Reason = session.Fault ?? (session.Switches.Count > 0 ? SessionPhrases.Switch(session.Switches[^1]) : ""),
            ViewersOfRelay = session.ViewersOfRelay,
            State = session.State == "live" ? "" : session.State,
        })];

    public static SourcesModel SourcesOf(IReadOnlyList<SourceImport> sources, bool isDemo) =>
        new([.. sources.Select(source => new SourceModel
        {
            Name = source.Name,
            Place = source.Place,
            Outcome = source.Outcome,
            Message = source.Message,
            ImportedAt = source.ImportedAt,
            NextRefresh = source.NextRefresh,
            Counts = source.Counts,
        })], isDemo);

    public static LineupModel LineupOf(Lineup lineup, bool hasSources) => new()
    {
        Rows = [.. lineup.Channels.Take(LineupModel.MostRows).Select(channel => new LineupRow(
            channel.Number.ToString(), channel.Name, GroupOf(channel), channel.IsHd, channel.IsFavorite, channel.IsVanished))],
        Groups = [.. lineup.Channels.CountBy(GroupOf, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.OrdinalIgnoreCase)
            .Select(group => new GroupCount(group.Key, group.Value))],
        PublishedCount = lineup.Channels.Length,
        EnabledCount = lineup.EnabledCount,
        Limit = lineup.Limit,
        HasSources = hasSources,
    };

    private static string GroupOf(LineupChannel channel) => string.IsNullOrWhiteSpace(channel.Group) ? NoGroup : channel.Group;
}
