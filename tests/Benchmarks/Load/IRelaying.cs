using System.Net;

namespace PlexBridge.Benchmarks.Load;

/// <summary>A running program that hands out the channels of a <see cref="LoadServer"/>: ours, or the peer.</summary>
internal interface IRelaying
{
    /// <summary>As the table calls it.</summary>
    string Name { get; }

    IPEndPoint EndPoint { get; }

    int ProcessId { get; }

    /// <summary>Where a viewer asks for a channel, numbered from 1.</summary>
    string Path(int channel);
}
