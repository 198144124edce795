namespace PlexBridge.Sources;

internal sealed partial class SourceRefresher
{
    [LoggerMessage(3000, LogLevel.Information, "Refreshed {Result}")]
    private partial void LogRefreshed(string result);

    [LoggerMessage(3001, LogLevel.Warning, "Not refreshed: {Reason}")]
    private partial void LogNotRefreshed(string reason);

    [LoggerMessage(3002, LogLevel.Error, "Sources could not be refreshed and will be tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
