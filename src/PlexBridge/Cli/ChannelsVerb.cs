using System.CommandLine;
using PlexBridge.Channels;

namespace PlexBridge.Cli;

internal static class ChannelsVerb
{
    private const string OneChannel = "One channel, by its number (5.1) or its id (17; id:17 where a channel has that number).";

    public static Command Build(CommandLine line)
    {
        var group = new Option<string?>("--group") { Description = "Only this group's channels.", HelpName = "NAME" };
        var groups = new Option<bool>("--groups") { Description = "Lists the groups with counts instead." };
        var channels = new Command("channels", "Lists the channels by number; `channels set` changes them, `channels streams` shows one's backups.")
        {
            group, groups, BuildSet(line), BuildStreams(line),
        };
        channels.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            await using var database = await verb.OpenAsync(cancellationToken);
            var store = new ChannelStore(database);
            if (verb.Get(group) is { } name && await new ChannelEditor(database).ExplainMissingGroupAsync(name, cancellationToken) is { } problem)
                return await verb.FailAsync(problem);
            if (verb.Get(groups)) await ListGroupsAsync(verb, store, cancellationToken);
            else await ListAsync(verb, store, verb.Get(group), cancellationToken);
            return ExitCode.Done;
        }));
        return channels;
    }

    private static Command BuildStreams(CommandLine line)
    {
        var channel = new Argument<string>("ID-OR-NUMBER") { Description = OneChannel };
        var streams = new Command("streams", "Lists a channel's streams, the primary first, then its backups in order.") { channel };
        streams.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            await using var database = await verb.OpenAsync(cancellationToken);
            var wanted = verb.Get(channel)!;
            if (await new ChannelEditor(database).FindAsync(wanted, cancellationToken) is not { } id)
                return await verb.FailAsync(ChannelEditor.ExplainMissing(wanted));
            var found = await new ChannelStore(database).ReadStreamsAsync(id, cancellationToken);
            if (verb.WantsJson)
            {
                await verb.WriteJsonAsync<IReadOnlyList<ChannelStreamAnswer>>(
                    [.. found.Select(stream => new ChannelStreamAnswer(stream.Id.Value, stream.Name, stream.SourceName, stream.Url.ToString(), stream.IsVanished))],
                    CliJson.Default.IReadOnlyListChannelStreamAnswer);
                return ExitCode.Done;
            }

            var table = new Table("ID", "ROLE", "NAME", "SOURCE", "ADDRESS");
            for (var index = 0; index < found.Count; index++)
                table.Add(found[index].Id.ToString(), found[index].IsVanished ? "gone" : index == 0 ? "primary" : "backup",
                    found[index].Name, found[index].SourceName, found[index].Url.ToString());
            await table.WriteAsync(verb.Terminal.Output);
            return ExitCode.Done;
        }));
        return streams;
    }

    private static Command BuildSet(CommandLine line)
    {
        var channel = new Argument<string?>("ID-OR-NUMBER")
        {
            Description = OneChannel,
            Arity = ArgumentArity.ZeroOrOne,
        };
        var group = new Option<string?>("--group") { Description = "All channels of this group.", HelpName = "NAME" };
        var all = new Option<bool>("--all") { Description = "All channels." };
        var enabled = new Option<bool?>("--enabled") { Description = "Whether it is offered.", HelpName = "true|false" };
        var number = new Option<string?>("--number") { Description = "Its new number, such as 5 or 5.1.", HelpName = "N" };
        var name = new Option<string?>("--name") { Description = "Its new name.", HelpName = "TEXT" };
        var streams = new Option<string?>("--streams") { Description = "Its streams: the primary, then backups in order; `channels streams` lists their ids.", HelpName = "ID,ID,…" };
        var set = new Command("set", "Changes one channel, a group's or all.")
        {
            channel, group, all, enabled, number, name, streams,
        };
        set.Validators.Add(result =>
        {
            var targets = (result.GetValue(channel) is null ? 0 : 1) + (result.GetValue(group) is null ? 0 : 1) + (result.GetValue(all) ? 1 : 0);
            if (targets != 1) result.AddError("Say which channels: one ID-OR-NUMBER, --group NAME or --all.");
            else if (result.GetValue(channel) is null)
            {
                if (result.GetValue(enabled) is null) result.AddError("For a group or all channels, say --enabled true or --enabled false.");
                if (result.GetValue(number) is not null || result.GetValue(name) is not null || result.GetValue(streams) is not null)
                    result.AddError("--number, --name and --streams are for one channel: give its ID-OR-NUMBER.");
            }
            else if (result.GetValue(enabled) is null && result.GetValue(number) is null && result.GetValue(name) is null && result.GetValue(streams) is null)
                result.AddError("Say what to change: --number, --name, --enabled or --streams.");

            if (result.GetValue(number) is { } written && !ChannelNumber.TryParse(written, out _))
                result.AddError($"--number '{written}' is not valid: write a number such as 5 or 5.1.");
            if (result.GetValue(streams) is { } ids && ReadStreams(ids) is null)
                result.AddError($"--streams '{ids}' is not valid: write ids separated by commas, such as 17,42.");
        });
        line.Teach(set,
            """
            Refreshes leave alone what was changed here.

              plexbridge channels set 5 --number 101 --name "News HD"
              plexbridge channels set --all --enabled false
              plexbridge channels set --group News --enabled true

            """);
        set.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            await using var database = await verb.OpenAsync(cancellationToken);
            var editor = new ChannelEditor(database);
            var result = verb.Get(channel) is { } one
                ? await editor.EditAsync(one, new ChannelEdit
                {
                    Number = verb.Get(number) is { } text ? ChannelNumber.Parse(text) : null,
                    Name = verb.Get(name),
                    Enabled = verb.Get(enabled),
                    Streams = verb.Get(streams) is { } ids ? ReadStreams(ids) : null,
                }, cancellationToken)
                : await editor.EnableAsync(verb.Get(group), verb.Get(enabled)!.Value, cancellationToken);
            if (result.Problem is { } problem) return await verb.FailAsync(problem);
            await verb.AnnounceChangeAsync(cancellationToken);

            if (verb.WantsJson) await verb.WriteJsonAsync(new ChangedAnswer(result.Changed), CliJson.Default.ChangedAnswer);
            else await verb.SayAsync($"{result.Changed} {(result.Changed == 1 ? "channel" : "channels")} changed.");
            return ExitCode.Done;
        }));
        return set;
    }

    private static async Task ListAsync(VerbRun verb, ChannelStore store, string? group, CancellationToken cancellationToken)
    {
        var output = verb.Terminal.Output;
        if (!verb.WantsJson) await output.WriteLineAsync(Row("NUMBER", "ID", "ON", "STREAMS", "NAME", "GROUP"));
        var separator = "[";
        await foreach (var channel in store.ReadAllAsync(group, cancellationToken))
        {
            if (verb.WantsJson)
            {
                await output.WriteAsync(separator);
                separator = ",\n";
                await output.WriteAsync(System.Text.Json.JsonSerializer.Serialize(Answer(channel), CliJson.Default.ChannelAnswer));
                continue;
            }

            await output.WriteLineAsync(Row(
                channel.Number.ToString(), channel.Id.ToString(), channel.IsVanished ? "gone" : channel.IsEnabled ? "yes" : "no",
                channel.Streams.ToString(System.Globalization.CultureInfo.InvariantCulture), channel.Name, channel.Group));
        }

        if (verb.WantsJson) await output.WriteLineAsync(separator == "[" ? "[]" : "]");

        // Fixed widths: the list may be a quarter of a million long and is written as it is read.
        static string Row(string number, string id, string on, string streams, string name, string group) =>
            $"{number,-8}  {id,-8}  {on,-4}  {streams,-7}  {name,-40}  {group}";
    }

    private static async Task ListGroupsAsync(VerbRun verb, ChannelStore store, CancellationToken cancellationToken)
    {
        var groups = await store.ReadGroupsAsync(cancellationToken);
        if (verb.WantsJson)
        {
            await verb.WriteJsonAsync<IReadOnlyList<GroupAnswer>>(
                [.. groups.Select(group => new GroupAnswer(group.Name, group.Channels, group.Enabled))], CliJson.Default.IReadOnlyListGroupAnswer);
            return;
        }

        var table = new Table("CHANNELS", "ENABLED", "GROUP");
        foreach (var group in groups)
            table.Add(Count(group.Channels), Count(group.Enabled), group.Name.Length == 0 ? "(none)" : group.Name);
        await table.WriteAsync(verb.Terminal.Output);

        static string Count(int count) => count.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static ChannelAnswer Answer(StoredChannel channel) => new(
        channel.Id.Value, channel.Number.ToString(), channel.Name, channel.Group, channel.SourceName,
        channel.IsEnabled, channel.IsEdited, channel.IsVanished, channel.Streams);

    private static List<StreamId>? ReadStreams(string text)
    {
        var ids = new List<StreamId>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (long.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out var id)) ids.Add(new StreamId(id));
            else return null;
        return ids.Count == 0 ? null : ids;
    }
}
