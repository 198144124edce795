using System.CommandLine;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;
using PlexBridge.Storage;

namespace PlexBridge.Cli;

internal static class VersionVerb
{
    public static Command Build(CommandLine line)
    {
        var version = new Command("version", "Says which PlexBridge this is: version, commit, runtime, native or JIT, architecture, SQLite.");
        version.SetAction(line.Action(async (verb, _) =>
        {
            var answer = Read();
            if (verb.WantsJson) await verb.WriteJsonAsync(answer, CliJson.Default.VersionAnswer);
            else await verb.SayAsync(
                $"PlexBridge {answer.Version} ({answer.Commit ?? "no commit"}), {answer.Runtime} {answer.Kind}, {answer.Architecture}, SQLite {answer.Sqlite}");
            return ExitCode.Done;
        }));
        return version;
    }

    public static VersionAnswer Read()
    {
        // "0.1.0+commit": the SDK adds SourceRevisionId after the plus.
        var informational = typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        var plus = informational.IndexOf('+', StringComparison.Ordinal);
        return new VersionAnswer(
            plus < 0 ? informational : informational[..plus],
            plus < 0 ? null : informational[(plus + 1)..],
            RuntimeInformation.FrameworkDescription,
            // Not by IsDynamicCodeSupported: PublishAot switches that off under the JIT as well.
            JitInfo.GetCompiledMethodCount() == 0 ? "native" : "JIT",
            RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            SqliteLibrary.Version);
    }
}
