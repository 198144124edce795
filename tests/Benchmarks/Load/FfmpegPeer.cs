using System.Diagnostics;
using PlexBridge.Testing;

namespace PlexBridge.Benchmarks.Load;

/// <summary>One `ffmpeg -c copy` per channel, as relays without an engine of their own run it, into a pipe that is always emptied.</summary>
/// <remarks>Owns the processes.</remarks>
internal sealed class FfmpegPeer : IDisposable
{
    private readonly List<Process> _processes = [];
    private readonly List<Task> _emptying = [];
    private long _received;

    /// <summary>Whether this machine has it.</summary>
    public static bool IsInstalled => Programs.Find("ffmpeg") is not null;

    /// <summary>Starts one for each channel, lets them settle, and counts.</summary>
    public static async Task<LoadCost> MeasureAsync(LoadServer source, LoadShape shape)
    {
        using var peer = Start(source, shape.Channels);
        await Task.Delay(shape.Settling);
        if (peer._processes.Find(process => process.HasExited) is { } ended)
            throw new InvalidOperationException($"ffmpeg ended with {ended.ExitCode}");
        int[] ids = [.. peer._processes.Select(process => process.Id)];
        return await LoadRun.CountAsync(shape.Window, ids, () => Interlocked.Read(ref peer._received), () => ids.Sum(ProcessTree.Pss));
    }

    public void Dispose()
    {
        foreach (var process in _processes)
            process.Kill();
        Task.WaitAll([.. _emptying]);
        foreach (var process in _processes)
        {
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static FfmpegPeer Start(LoadServer source, int channels)
    {
        var peer = new FfmpegPeer();
        for (var channel = 1; channel <= channels; channel++)
        {
            var process = Programs.Start(
                Programs.Find("ffmpeg")!, ["-nostdin", "-v", "quiet", "-i", source.Url(channel), "-map", "0", "-c", "copy", "-f", "mpegts", "pipe:1"]);
            peer._processes.Add(process);
            peer._emptying.Add(Task.Factory.StartNew(() => peer.Empty(process), TaskCreationOptions.LongRunning));
        }

        return peer;
    }

    private void Empty(Process process)
    {
        var buffer = new byte[256 * 1024];
        int read;
        while ((read = process.StandardOutput.BaseStream.Read(buffer)) > 0)
            Interlocked.Add(ref _received, read);
    }
}
