using System.Net.Sockets;

namespace PlexBridge.Discovery;

internal sealed partial class DiscoveryResponder
{
    [LoggerMessage(1101, LogLevel.Information, "Clients can find the tuner: answering discovery on UDP {Port}")]
    private static partial void LogListening(ILogger logger, int port);

    [LoggerMessage(1102, LogLevel.Warning, "Clients can't find the tuner by themselves: UDP {Port} can't be opened ({Reason}); they can still be given its address")]
    private static partial void LogTaken(ILogger logger, int port, SocketError reason);

    [LoggerMessage(1103, LogLevel.Debug, "A discovery datagram could not be received or answered: {Reason}")]
    private static partial void LogFault(ILogger logger, SocketError reason);
}
