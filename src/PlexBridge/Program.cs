using PlexBridge;
using PlexBridge.Cli;
using PlexBridge.Streams;

// Between fork and exec of a child: nothing of the appliance is needed, and nothing of it may be loaded.
if (args is [ChildShim.Verb, ..])
    return ChildShim.Become(args.AsSpan(1));

return await CommandLine.RunAsync(args, new VerbSeams
{
    ServeAsync = Appliance.RunAsync,
    ProbeAsync = Probe.RunAsync,
    ImportAsync = (_, _, _) => Task.FromResult(ExitCode.Failed),
    RefreshAsync = (_, _, _, _) => Task.FromResult(ExitCode.Failed),
});
