using System.ComponentModel;
using System.Diagnostics;

namespace PlexBridge.Cli.Checks;

/// <summary>Whether ffmpeg is there and has the encoders that the demo needs.</summary>
internal static class FfmpegCheck
{
    private const string Subject = "ffmpeg";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string[] Encoders = ["libx264", "aac"];

    public static async Task<CheckLine> RunAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var version = (await ReadAsync("-version", either.Token)).Split('\n')[0];
            var encoders = await ReadAsync("-encoders", either.Token);
            var missing = Encoders.Where(encoder => !HasEncoder(encoders, encoder)).ToList();
            return missing.Count == 0
                ? CheckLine.Ok(Subject, $"{Shorten(version)}, with {string.Join(" and ", Encoders)}")
                : CheckLine.Warn(Subject, $"{Shorten(version)} lacks {string.Join(" and ", missing)}: no demo channels. Install Debian's ffmpeg.");
        }
        catch (Win32Exception)
        {
            return CheckLine.Warn(Subject, "Not found: no demo channels. Everything else works without it. Install it: apt install ffmpeg");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckLine.Warn(Subject, $"It did not answer within {Patience.TotalSeconds:0} s: no demo channels.");
        }
    }

    private static async Task<string> ReadAsync(string question, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg")
        {
            ArgumentList = { "-hide_banner", "-nostdin", question },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var answer = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await errors;
            await process.WaitForExitAsync(cancellationToken);
            return answer;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    // " V....D libx264              libx264 H.264 …"
    private static bool HasEncoder(string list, string encoder) =>
        list.Split('\n').Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var name, ..] && name == encoder);

    private static string Shorten(string version) => version.Split(" Copyright", 2)[0];
}
