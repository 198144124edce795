using System.CommandLine;
using System.Globalization;
using PlexBridge.Settings;
using PlexBridge.Sources;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Cli;

internal static class SourcesVerb
{
    private const string DefaultWord = "default";

    private static readonly SettingFormat<TimeSpan> Interval = SettingFormats.Duration(TimeSpan.FromMinutes(5), TimeSpan.FromDays(365));

    public static Command Build(CommandLine line)
    {
        var sources = new Command("sources", "Lists the sources with their last refresh; `import` adds one.")
        {
            BuildSet(line), BuildRefresh(line), BuildRemove(line),
        };
        sources.SetAction(line.Action(ListAsync));
        return sources;
    }

    private static Command BuildSet(CommandLine line)
    {
        var source = SourceArgument();
        var name = new Option<string?>("--name") { Description = "Its new name.", HelpName = "TEXT" };
        var interval = new Option<string?>("--interval") { Description = "How often it is refreshed; 'default': the setting source.interval.", HelpName = "6h|default" };
        var connections = new Option<int?>("--connections") { Description = "How many connections it allows at a time; 0: no limit.", HelpName = "N" };
        var priority = new Option<int?>("--priority") { Description = "Sources with smaller priority claim their channel numbers first.", HelpName = "N" };
        var isPrivate = new Option<bool?>("--private") { Description = "Whether its entries may lead to private addresses.", HelpName = "true|false" };
        var userAgent = new Option<string?>("--user-agent") { Description = "What to call ourselves; '' for nothing special.", HelpName = "TEXT" };
        var headers = new Option<string[]>("--header") { Description = "Sent with every request; may be repeated; '' removes all.", HelpName = "NAME: VALUE" };
        var set = new Command("set", "Changes one source.")
        {
            source, name, interval, connections, priority, isPrivate, userAgent, headers,
        };
        set.Validators.Add(result =>
        {
            if (result.GetValue(interval) is { } written && written != DefaultWord && !Interval.TryRead(written, out _))
                result.AddError($"--interval '{written}' is not valid: write {Interval.Remedy}, or default.");
            // Of what isn't a number the option itself complains.
            if (result.GetResult(connections)?.Errors.Any() != true && result.GetValue(connections) < 0) result.AddError("--connections can't be below 0.");
            if (result.GetValue(name) is { } empty && string.IsNullOrWhiteSpace(empty)) result.AddError("--name can't be empty.");
            foreach (var header in result.GetValue(headers) ?? [])
                if (header.Length > 0 && header.IndexOf(':', StringComparison.Ordinal) < 1)
                    result.AddError("--header is not valid: write \"Name: value\".");
        });
        line.Teach(set,
            """
              plexbridge sources set Example --interval 6h --connections 2
              plexbridge sources set Example --header "Referer: https://example.org/"

            """);
        set.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            var edit = new SourceEdit
            {
                Name = verb.Get(name)?.Trim(),
                RefreshInterval = ReadInterval(verb.Get(interval)),
                ConnectionLimit = verb.Get(connections),
                Priority = verb.Get(priority),
                MayReachPrivate = verb.Get(isPrivate),
                UserAgent = verb.Get(userAgent),
                Headers = verb.IsGiven(headers) ? [.. verb.Get(headers)!.Where(header => header.Length > 0).Select(ReadHeader)] : null,
            };
            if (edit == new SourceEdit())
                return await verb.FailAsync("Nothing to change was given. `plexbridge sources set --help` lists what can be.");
            await using var database = await verb.OpenAsync(cancellationToken);
            if (await new SourceEditor(database).EditAsync(verb.Get(source)!, edit, cancellationToken) is { } problem) return await verb.FailAsync(problem);
            await verb.AnnounceChangeAsync(cancellationToken);
            if (verb.WantsJson) await verb.WriteJsonAsync(new ChangedAnswer(1), CliJson.Default.ChangedAnswer);
            else await verb.SayAsync("Changed.");
            return ExitCode.Done;
        }));
        return set;
    }

    private static Command BuildRefresh(CommandLine line)
    {
        var source = SourceArgument(ArgumentArity.ZeroOrOne);
        var force = new Option<bool>("--force") { Description = "Applies it even if the source would lose most of its channels." };
        var refresh = new Command("refresh", "Fetches a source again now; without a name, all of them.") { source, force };
        refresh.SetAction(line.Action((verb, cancellationToken) => ImportRun.RefreshAsync(verb.Get(source), verb.Get(force), verb, cancellationToken)));
        return refresh;
    }

    private static Command BuildRemove(CommandLine line)
    {
        var source = SourceArgument();
        var remove = new Command("remove", "Removes a source with its streams and channels, the edited ones too.") { source };
        remove.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            await using var database = await verb.OpenAsync(cancellationToken);
            if (await new SourceEditor(database).RemoveAsync(verb.Get(source)!, cancellationToken) is { } problem) return await verb.FailAsync(problem);
            await verb.AnnounceChangeAsync(cancellationToken);
            if (verb.WantsJson) await verb.WriteJsonAsync(new ChangedAnswer(1), CliJson.Default.ChangedAnswer);
            else await verb.SayAsync("Removed.");
            return ExitCode.Done;
        }));
        return remove;
    }

    private static async Task<int> ListAsync(VerbRun verb, CancellationToken cancellationToken)
    {
        await using var database = await verb.OpenAsync(cancellationToken);
        var sources = await new SourceList(database).ReadAsync(cancellationToken);
        if (verb.WantsJson)
        {
            await verb.WriteJsonAsync<IReadOnlyList<SourceAnswer>>([.. sources.Select(Answer)], CliJson.Default.IReadOnlyListSourceAnswer);
            return ExitCode.Done;
        }

        if (sources.Count == 0)
        {
            await verb.SayAsync("No sources yet. Add one: plexbridge import https://example.org/playlist.m3u");
            return ExitCode.Done;
        }

        var table = new Table("ID", "NAME", "CHANNELS", "ENABLED", "EVERY", "LIMIT", "LAST", "WHEN", "FROM");
        foreach (var source in sources)
            table.Add(
                source.Id.ToString(),
                source.Name,
                source.Channels.ToString(CultureInfo.InvariantCulture),
                source.EnabledChannels.ToString(CultureInfo.InvariantCulture),
                source.RefreshInterval is { } every ? DurationText.Write(every) : DefaultWord,
                source.ConnectionLimit == 0 ? "-" : source.ConnectionLimit.ToString(CultureInfo.InvariantCulture),
                source.LastOutcome ?? "-",
                source.LastRun?.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "-",
                Redact(source.Location));
        await table.WriteAsync(verb.Terminal.Output);
        return ExitCode.Done;
    }

    private static SourceAnswer Answer(SourceListing source) => new(
        source.Id.Value, source.Name, source.Kind, Redact(source.Location),
        source.RefreshInterval is { } every ? DurationText.Write(every) : null,
        source.ConnectionLimit, source.Priority, source.MayReachPrivate, source.HeaderNames, source.Channels, source.EnabledChannels,
        source.LastOutcome, source.LastMessage, source.LastRun, source.NextRefresh);

    // A URL may carry an account's password; a path or "-" does not.
    private static string Redact(string location) =>
        location.Contains("://", StringComparison.Ordinal) ? new SourceUrl(location).ToString() : location;

    private static Argument<string> SourceArgument(ArgumentArity? arity = null)
    {
        var argument = new Argument<string>("SOURCE") { Description = "A source's name or id, as `sources` lists them." };
        if (arity is { } given) argument.Arity = given;
        return argument;
    }

    private static TimeSpan? ReadInterval(string? written) => written switch
    {
        null => null,
        DefaultWord => TimeSpan.Zero,
        _ => Interval.TryRead(written, out var value) ? value : null,
    };

    private static KeyValuePair<string, string> ReadHeader(string written)
    {
        var colon = written.IndexOf(':', StringComparison.Ordinal);
        return new(written[..colon].Trim(), written[(colon + 1)..].Trim());
    }
}
