namespace PlexBridge.Cli.Checks;

internal enum CheckStatus
{
    Ok,
    Warn,
    Fail,
}

/// <summary>One finding of `check`: what was looked at, how it stands and, unless it is fine, what to do.</summary>
internal sealed record CheckLine(CheckStatus Status, string Subject, string Text)
{
    public string StatusWord => Status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Warn => "warn",
        _ => "fail",
    };

    public static CheckLine Ok(string subject, string text) => new(CheckStatus.Ok, subject, text);

    public static CheckLine Warn(string subject, string text) => new(CheckStatus.Warn, subject, text);

    public static CheckLine Fail(string subject, string text) => new(CheckStatus.Fail, subject, text);
}
