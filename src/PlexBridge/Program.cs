return await PlexBridge.Cli.CommandLine.RunAsync(args);
