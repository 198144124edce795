// The one place that touches the process's own terminal; verbs are given this.
#pragma warning disable RS0030
using System.Collections;

namespace PlexBridge.Cli;

/// <summary>What a run of the program reads from and writes to; tests give their own.</summary>
internal sealed record Terminal(TextWriter Output, TextWriter Error, Func<Stream> OpenInput, IReadOnlyDictionary<string, string> Environment)
{
    public static Terminal OfProcess() => new(Console.Out, Console.Error, Console.OpenStandardInput, ReadEnvironment());

    private static Dictionary<string, string> ReadEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }
}
