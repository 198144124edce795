using System.ComponentModel;
using System.Diagnostics;

namespace PlexBridge.Cli.Checks;

/// <summary>Whether ffmpeg is there, reads what it is needed for and has the encoders that the demo needs.</summary>
internal static class FfmpegCheck
{
    private const string Subject = "ffmpeg";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string[] Encoders = ["libx264", "aac"];

    /// <summary>Demuxers and protocols, as ffmpeg lists them.</summary>
    private static readonly string[] Ways = ["hls", "dash", "rtsp", "rtmp", "srt", "mmsh"];

    public static async Task<CheckLine> RunAsync(string ffmpeg, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var version = (await ReadAsync(ffmpeg, "-version", either.Token)).Split('\n')[0];
            var encoders = await ReadAsync(ffmpeg, "-encoders", either.Token);
            var formats = await ReadAsync(ffmpeg, "-demuxers", either.Token);
            var protocols = await ReadAsync(ffmpeg, "-protocols", either.Token);
            var unread = Ways.Where(way => !Has(formats, way) && !protocols.Split('\n').Any(line => line.Trim() == way)).ToList();
            if (unread.Count > 0)
                return CheckLine.Warn(Subject, $"{Shorten(version)} can't read {string.Join(", ", unread)}: such streams don't play. Install Debian's ffmpeg.");
            var missing = Encoders.Where(encoder => !Has(encoders, encoder)).ToList();
            return missing.Count == 0
                ? CheckLine.Ok(Subject, $"{Shorten(version)}, with {string.Join(" and ", Encoders)}")
                : CheckLine.Warn(Subject, $"{Shorten(version)} lacks {string.Join(" and ", missing)}: no demo channels. Install Debian's ffmpeg.");
        }
        catch (Win32Exception)
        {
            return CheckLine.Warn(Subject, $"{ffmpeg} is not found: no DASH, RTSP, RTMP, SRT, MMS and fMP4 streams, and no demo channels. Everything else works without it. Install it: apt install ffmpeg");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckLine.Warn(Subject, $"It did not answer within {Patience.TotalSeconds:0} s: no demo channels.");
        }
    }

    private static async Task<string> ReadAsync(string ffmpeg, string question, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(ffmpeg)
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
    private static bool Has(string list, string name) =>
        list.Split('\n').Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var listed, ..] && listed == name);

    private static string Shorten(string version) => version.Split(" Copyright", 2)[0];
}
