namespace PlexBridge.Streaming.Upstream;

/// <summary>A connection of which the beginning has been read already: it is handed out again, then the rest. Owns the connection.</summary>
internal sealed class ReplayedUpstream(IUpstream upstream, ReadOnlyMemory<byte> beginning) : IUpstream
{
    private ReadOnlyMemory<byte> _left = beginning;

    public string Kind => upstream.Kind;

    public bool ArrivesInBursts => upstream.ArrivesInBursts;

    public bool ArrivesInPieces => !_left.IsEmpty || upstream.ArrivesInPieces;

    public TimeSpan? StallLimit => upstream.StallLimit;

    public long Lost => upstream.Lost;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        if (_left.IsEmpty)
            return upstream.ReadAsync(buffer, token);
        var length = Math.Min(_left.Length, buffer.Length);
        _left[..length].CopyTo(buffer);
        _left = _left[length..];
        return new ValueTask<int>(length);
    }

    public bool TakeDiscontinuity() => _left.IsEmpty && upstream.TakeDiscontinuity();

    public ValueTask DisposeAsync() => upstream.DisposeAsync();
}
