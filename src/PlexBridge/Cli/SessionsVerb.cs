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

        var table = new Table("TUNER", "CHANNEL", "VIEWER", "SINCE", "MBIT/S", "STATE", "PROGRAM");
        foreach (var session in sessions.EnumerateArray())
            table.Add(
                Text(session, "tuner"),
                Text(session, "channelNumber") + " " + Text(session, "channelName"),
                Text(session, "viewer"),
                session.TryGetProperty("started", out var started) && started.TryGetDateTimeOffset(out var since)
                    ? since.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
                    : "",
                session.TryGetProperty("bitsPerSecond", out var bits) && bits.TryGetInt64(out var rate)
                    ? (rate / 1e6).ToString("0.0", CultureInfo.InvariantCulture)
                    : "",
                Text(session, "state"),
                Text(session, "userAgent"));
        await table.WriteAsync(output);
    }

    private static string Text(JsonElement session, string name) => session.TryGetProperty(name, out var value) ? value.ToString() : "";
}
