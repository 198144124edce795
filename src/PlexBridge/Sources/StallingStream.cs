namespace PlexBridge.Sources;

/// <summary>A body whose every read must bring something within a limit. Doesn't own the body.</summary>
internal sealed class StallingStream(Stream body, TimeSpan limit, TimeProvider time) : ForwardStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await body.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PlaylistFault($"the server stopped in the middle and sent nothing more for {limit.TotalSeconds:0} s. What was there stays; it is tried again later.");
        }
    }
}
