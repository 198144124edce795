using Microsoft.Extensions.Logging;

namespace PlexBridge.Streaming;

public sealed partial class RelayHub
{
    [LoggerMessage(2010, LogLevel.Information, "Session {Id} opened: channel {Number} {Name} for {Viewer} on tuner {Tuner}")]
    private partial void LogOpened(string id, string number, string name, string viewer, int tuner);

    [LoggerMessage(2011, LogLevel.Information, "Session {Id} ended: channel {Number} {Name} for {Viewer}, {Reason} after {Seconds:0.0} s, {Bytes} bytes of {Codecs}; {Switches} switches, {Repaired} continuity errors repaired, {Lost} datagrams or segments lost, skipped ahead {Skips} times")]
    private partial void LogEnded(
        string id, string number, string name, string viewer, StreamEnd reason, double seconds, long bytes, string codecs, int switches, long repaired, long lost, int skips);
}
