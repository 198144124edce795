using Microsoft.Extensions.Logging;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

internal sealed partial class RelayPump
{
    [LoggerMessage(2001, LogLevel.Warning, "Channel {Number} {Name}: stream “{Stream}” failed ({Fault}): {Detail}")]
    private partial void LogFault(string number, string name, string stream, UpstreamFault fault, string detail);

    [LoggerMessage(2002, LogLevel.Warning, "Channel {Number} {Name}: no stream delivered for {Seconds} s, its viewers are let go")]
    private partial void LogOutage(string number, string name, double seconds);

    [LoggerMessage(2003, LogLevel.Error, "Channel {Number} {Name}: the relay failed")]
    private partial void LogPumpFailed(Exception exception, string number, string name);

    [LoggerMessage(2004, LogLevel.Information, "Channel {Number} {Name}: goes on after “{From}” with “{To}”")]
    private partial void LogSwitch(string number, string name, string from, string to);

    [LoggerMessage(2005, LogLevel.Warning, "Channel {Number} {Name}: only streams with another type of picture or sound are left, its viewers are let go")]
    private partial void LogOtherTypes(string number, string name);
}
