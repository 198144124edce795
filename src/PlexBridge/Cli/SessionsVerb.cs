using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PlexBridge.Storage;

namespace PlexBridge.Cli;

internal static class SessionsVerb
{
    public static Command Build(CommandLine line)
    {
        var sessions = new Command("sessions", "Lists who watches what: asks the appliance that runs on this data folder.");
        sessions.SetAction(line.Action(async (verb, cancellationToken) =>
        {
            FolderOwner.TakeOn(verb.Folder);
            if (await ControlClient.AskAsync(verb.Folder, ControlClient.Sessions, cancellationToken) is not { } answer)
                return await verb.FailAsync($"No appliance runs on {verb.Folder.Path}. Start it with `plexbridge serve`, or name its folder with --data.");
            using var document = JsonDocument.Parse(answer);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                return await verb.FailAsync($"The appliance could not list its sessions: {document.RootElement}.");

            if (verb.WantsJson) await verb.SayAsync(answer);
            else await WriteTableAsync(document.RootElement, verb.Terminal.Output);
            return ExitCode.Done;
        }));
        return sessions;
    }

    private static async Task WriteTableAsync(JsonElement sessions, TextWriter output)
    {
        if (sessions.GetArrayLength() == 0)
        {
            await output.WriteLineAsync("Nobody is watching.");
            return;
        }

        var table = new Table(
            "TUNER", "CHANNEL", "VIEWER", "SINCE", "MBIT/S", "MB", "STREAM", "CODECS", "SWITCHES", "REPAIRED", "LOST", "SKIPPED", "STATE", "PROGRAM");
        foreach (var session in sessions.EnumerateArray())
            table.Add(
                Text(session, "tuner"),
                Text(session, "channelNumber") + " " + Text(session, "channelName"),
                Text(session, "viewer"),
                Instant(session, "started"),
                Millions(session, "bitsPerSecond", "0.0"),
                Millions(session, "bytes", "0"),
                $"{Text(session, "kind")} {Text(session, "stream")}".Trim(),
                string.Join('/', new[] { Text(session, "videoCodec"), Text(session, "audioCodec") }.Where(codec => codec.Length > 0)),
                Text(session, "switchCount"),
                Text(session, "repaired"),
                Text(session, "lost"),
                Text(session, "skips"),
                Text(session, "state"),
                Text(session, "userAgent"));
        await table.WriteAsync(output);
        foreach (var session in sessions.EnumerateArray())
            await WriteTroublesAsync(session, output);
    }

    /// <summary>What happened to the stream, a line each.</summary>
    private static async Task WriteTroublesAsync(JsonElement session, TextWriter output)
    {
        var name = $"{Text(session, "channelNumber")} {Text(session, "channelName")}";
        if (session.TryGetProperty("switches", out var switches) && switches.ValueKind == JsonValueKind.Array)
            foreach (var change in switches.EnumerateArray())
                await output.WriteLineAsync($"{name}, {Instant(change, "at")}: from “{Text(change, "from")}” to “{Text(change, "to")}”, because {Text(change, "reason")}");
        if (Text(session, "fault") is { Length: > 0 } fault)
            await output.WriteLineAsync($"{name}, now: {fault}");
    }

    private static string Instant(JsonElement session, string property) =>
        session.TryGetProperty(property, out var value) && value.TryGetDateTimeOffset(out var instant)
            ? instant.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : "";

    private static string Millions(JsonElement session, string property, string format) =>
        session.TryGetProperty(property, out var value) && value.TryGetInt64(out var count)
            ? (count / 1e6).ToString(format, CultureInfo.InvariantCulture)
            : "";

    private static string Text(JsonElement session, string name) => session.TryGetProperty(name, out var value) ? value.ToString() : "";
}
