namespace PlexBridge;

/// <summary>What the appliance as a whole has to say.</summary>
internal sealed partial class ApplianceLog(ILogger logger)
{
    [LoggerMessage(5010, LogLevel.Warning, "{Sentence}")]
    public partial void Warn(string sentence);

    [LoggerMessage(5011, LogLevel.Information, "The lineup has {Count} channels")]
    public partial void Published(int count);

    [LoggerMessage(5012, LogLevel.Warning, "{Enabled} channels are enabled, and the first {Limit} by number are published; {Omitted} are left out. Choose groups with: plexbridge channels set --group NAME --enabled false, or import --groups A,B")]
    public partial void LineupCut(int enabled, int limit, int omitted);

    [LoggerMessage(5013, LogLevel.Information, "Stopping: {Sessions} viewers are let finish")]
    public partial void Stopping(int sessions);
}
