using PlexBridge.Cli;

return await CommandLine.RunAsync(args, new VerbSeams
{
    ServeAsync = (_, _) => Task.FromResult(ExitCode.Failed),
    ProbeAsync = (_, _) => Task.FromResult(ExitCode.Failed),
    ImportAsync = (_, _, _) => Task.FromResult(ExitCode.Failed),
    RefreshAsync = (_, _, _, _) => Task.FromResult(ExitCode.Failed),
});
