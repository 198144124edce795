using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using PlexBridge.Channels;
using PlexBridge.Storage;
using PlexBridge.Web.Admin;
using PlexBridge.Web.Shared;

namespace PlexBridge.Dashboard;

/// <summary>One part of the page as it was last announced.</summary>
/// <param name="Revision">Greater than that of whatever was announced before.</param>
/// <param name="Html">The part as UTF-8.</param>
internal sealed record TopicContent(string Topic, long Revision, ReadOnlyMemory<byte> Html);

/// <summary>Everything that moves on the page at one moment.</summary>
internal sealed record DashboardState(DashboardParts Parts, ImmutableArray<TopicContent> Contents, long Revision);

/// <summary>
/// The moving parts of the page, looked at afresh at most once per <see cref="Pace"/> however many people watch, and not
/// at all while nobody does. A part gets a new revision only when its HTML differs, so viewers are sent differences.
/// </summary>
/// <remarks>Thread-safe: one look at a time, and the state is swapped whole.</remarks>
internal sealed class DashboardFeed(DashboardInputs inputs, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private volatile DashboardState? _state;
    private long _lookedAt;
    private IReadOnlyList<SourceImport> _sources = [];
    private (Lineup Lineup, bool HasSources) _shownLineup;

    /// <summary>Tells this run of the appliance from others: revisions begin anew with each.</summary>
    public string RunName { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>The state, at most one <see cref="Pace"/> old.</summary>
    public async Task<DashboardState> LookAsync(CancellationToken cancellationToken)
    {
        if (IsFresh && _state is { } fresh)
            return fresh;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (IsFresh && _state is { } recent)
                return recent;
            var state = Announce(await TakePartsAsync(cancellationToken));
            Volatile.Write(ref _lookedAt, time.GetTimestamp());
            return _state = state;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A revision as viewers name it when they come back.</summary>
    public string Mark(long revision) => string.Create(CultureInfo.InvariantCulture, $"{RunName}-{revision}");

    /// <summary>The revision behind a mark; 0, before everything, for one of another run or no mark at all.</summary>
    public long RevisionOf(string? mark) =>
        mark is not null && mark.StartsWith(RunName + "-", StringComparison.Ordinal)
        && long.TryParse(mark.AsSpan(RunName.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : 0;

    public void Dispose() => _turn.Dispose();

    private bool IsFresh => time.GetElapsedTime(Volatile.Read(ref _lookedAt)) < Pace;

    private async Task<DashboardParts> TakePartsAsync(CancellationToken cancellationToken)
    {
        string? storageFault = null;
        try
        {
            _sources = await inputs.ReadSourcesAsync(cancellationToken);
        }
        catch (StorageException fault)
        {
            storageFault = fault.Message;
        }
        var sources = _sources;
        var lineup = inputs.Lineup();
        var shownLineup = (lineup, sources.Count > 0 || inputs.IsDemo);
        // A lineup is immutable: the same one needs no second look.
        var lineupModel = _state is { } state && shownLineup == _shownLineup
            ? state.Parts.Lineup
            : DashboardParts.LineupOf(lineup, shownLineup.Item2);
        _shownLineup = shownLineup;
        return new DashboardParts
        {
            Warnings = PageWarnings.Collect(lineup, sources, new ServiceFaults(storageFault, inputs.DiscoveryFault(), inputs.DemoFault()), time.GetUtcNow()),
            Tuners = DashboardParts.TunersOf(inputs.Tuners()),
            Sessions = DashboardParts.SessionsOf(inputs.Sessions()),
            Sources = DashboardParts.SourcesOf(sources, inputs.IsDemo),
            Lineup = lineupModel,
        };
    }

    private DashboardState Announce(DashboardParts parts)
    {
        var before = _state;
        var revision = (before?.Revision ?? 0) + 1;
        ImmutableArray<TopicContent> contents =
        [
            Content(Topic.Warnings, DashboardViews.Warnings(parts.Warnings)),
            Content(Topic.Tuners, DashboardViews.Tuners(parts.Tuners)),
            Content(Topic.Sessions, DashboardViews.Sessions(parts.Sessions)),
            Content(Topic.Sources, DashboardViews.Sources(parts.Sources)),
            ReferenceEquals(before?.Parts.Lineup, parts.Lineup)
                ? before!.Contents.Single(content => content.Topic == Topic.Lineup)
                : Content(Topic.Lineup, DashboardViews.Lineup(parts.Lineup)),
        ];
        return new DashboardState(parts, contents, contents.Max(content => content.Revision));

        TopicContent Content(string topic, View view)
        {
            var html = new ArrayBufferWriter<byte>(1024);
            view.Render(html);
            var last = before?.Contents.FirstOrDefault(content => content.Topic == topic);
            return last is not null && last.Html.Span.SequenceEqual(html.WrittenSpan) ? last : new TopicContent(topic, revision, html.WrittenMemory);
        }
    }
}
