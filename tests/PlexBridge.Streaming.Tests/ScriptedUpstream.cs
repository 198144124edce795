using System.Threading.Channels;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming.Tests;

/// <summary>An upstream whose bytes and faults a test hands in one by one.</summary>
internal sealed class ScriptedUpstream : IUpstream
{
    private readonly Channel<Func<byte[]>> _steps = Channel.CreateUnbounded<Func<byte[]>>();
    private byte[] _rest = [];

    public string Kind => "scripted";

    public bool ArrivesInBursts { get; init; }

    public TimeSpan? StallLimit => null;

    public bool IsDisposed { get; private set; }

    public void Send(byte[] bytes) => _steps.Writer.TryWrite(() => bytes);

    public void End() => _steps.Writer.TryWrite(() => []);

    public void Fail(UpstreamFault fault, string message) => _steps.Writer.TryWrite(() => throw new UpstreamException(fault, message));

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        if (_rest.Length == 0)
            _rest = (await _steps.Reader.ReadAsync(token))();
        var count = Math.Min(_rest.Length, buffer.Length);
        _rest.AsMemory(0, count).CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public bool TakeDiscontinuity() => false;

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
