using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PlexBridge.Cli;

/// <summary>The usual help, followed by what the verb's own file teaches: examples and what happens.</summary>
internal sealed class TeachingHelp(HelpAction usual, IReadOnlyDictionary<Command, string> lessons) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = usual.Invoke(parseResult);
        if (lessons.TryGetValue(parseResult.CommandResult.Command, out var lesson))
            parseResult.InvocationConfiguration.Output.WriteLine(lesson);
        return exitCode;
    }
}
