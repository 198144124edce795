using System.Net;

namespace PlexBridge.Benchmarks.Load;

/// <summary>No relay at all: viewers ask the source itself, to show what of a delay is the machine's own.</summary>
internal sealed class DirectLine(LoadServer source) : IRelaying
{
    public string Name => "the source";

    public IPEndPoint EndPoint => source.EndPoint;

    public int ProcessId => Environment.ProcessId;

    public string Path(int channel) => new Uri(source.Url(channel)).AbsolutePath;
}
