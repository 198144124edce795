using System.Threading.Channels;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming.Tests;

/// <summary>An upstream whose bytes and faults a test hands in one by one.</summary>
internal sealed class ScriptedUpstream : IUpstream
{
    private readonly Channel<Func<byte[]>> _steps = Channel.CreateUnbounded<Func<byte[]>>();
    private readonly Lock _gate = new();
    private byte[] _rest = [];
    private int _pending;
    private TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Kind => "scripted";

    public bool ArrivesInBursts { get; init; }

    public TimeSpan? StallLimit => null;

    public bool IsDisposed { get; private set; }

    /// <summary>Completes when everything that was sent has been read and published: the reader asks for more.</summary>
    public Task Drained
    {
        get
        {
            lock (_gate)
                return _drained.Task;
        }
    }

    public void Send(byte[] bytes)
    {
        lock (_gate)
        {
            _pending++;
            if (_drained.Task.IsCompleted)
                _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _steps.Writer.TryWrite(() => bytes);
    }

    public void End() => _steps.Writer.TryWrite(() => []);

    public void Break(Exception fault) => _steps.Writer.TryWrite(() => throw fault);

    public void Fail(UpstreamFault fault, string message) => _steps.Writer.TryWrite(() => throw new UpstreamException(fault, message));

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        if (_rest.Length == 0)
        {
            lock (_gate)
                if (_pending == 0)
                    _drained.TrySetResult();
            _rest = (await _steps.Reader.ReadAsync(token))();
            lock (_gate)
                _pending--;
        }

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
