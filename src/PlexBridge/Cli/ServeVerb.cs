using System.CommandLine;

namespace PlexBridge.Cli;

internal static class ServeVerb
{
    public static Command Build(CommandLine line, SharedOptions shared, VerbSeams seams)
    {
        var serve = new Command("serve", "Runs the appliance until SIGTERM or Ctrl+C; meant where no verb is given.");
        line.Teach(serve,
            """
            When it is up it prints one line with the address to enter in Plex. Told to stop, it refuses new viewers; running
            ones may go on for the setting shutdown.grace.

              plexbridge serve --demo
              plexbridge serve --listen 0.0.0.0:5004 --data /srv/plexbridge

            """);
        Complete(serve, line, shared, seams);
        return serve;
    }

    /// <summary>Gives a command the options and the action of `serve`.</summary>
    public static void Complete(Command command, CommandLine line, SharedOptions shared, VerbSeams seams)
    {
        var demo = new Option<bool>("--demo")
        {
            Description = "Adds three test-pattern channels (9001-9003) made by ffmpeg, to try it without any playlist.",
        };
        command.Add(shared.Listen);
        command.Add(shared.PublicUrl);
        command.Add(demo);
        command.SetAction(line.Action((verb, cancellationToken) =>
        {
            line.TakesItsTimeToStop = true;
            return seams.ServeAsync(new ServeOptions(verb.Folder, verb.Settings, verb.Get(demo), verb.Terminal), cancellationToken);
        }));
    }
}
