namespace PlexBridge.Streaming.Upstream;

/// <summary>From ffmpeg's last words to a fault with a sentence for people.</summary>
internal static class RemuxFault
{
    private static readonly (string Words, UpstreamFault Fault, string Sentence)[] Known =
    [
        ("is not installed or can't be started", UpstreamFault.Unsupported, "ffmpeg is not installed or can't be started; it is needed for this kind of stream. On Debian: apt-get install ffmpeg. Elsewhere name its path with: plexbridge settings set ffmpeg.path PATH"),
        ("not on whitelist", UpstreamFault.Unsupported, "The stream leads to a protocol that isn't allowed for it."),
        ("Unknown input format", UpstreamFault.Unsupported, "This ffmpeg was built without what the stream needs; install Debian's ffmpeg."),
        ("Protocol not found", UpstreamFault.Unsupported, "This ffmpeg was built without what the stream needs; install Debian's ffmpeg."),
        ("401 Unauthorized", UpstreamFault.Refused, "The server wants a user and a password, or doesn't accept the ones it got (401)."),
        ("authorization failed", UpstreamFault.Refused, "The server wants a user and a password, or doesn't accept the ones it got (401)."),
        ("403 Forbidden", UpstreamFault.Refused, "The server answered 403: forbidden."),
        ("404 Not Found", UpstreamFault.Refused, "The server answered 404: there is no such stream."),
        ("StreamNotFound", UpstreamFault.Refused, "The server has no such stream."),
        ("Stream not found", UpstreamFault.Refused, "The server has no such stream."),
        ("No such stream", UpstreamFault.Refused, "The server has no such stream."),
        ("454 Session", UpstreamFault.Refused, "The server lost the session (454)."),
        ("461 Unsupported", UpstreamFault.Refused, "The server offers no way of transport that can be used here (461)."),
        ("Server returned 4", UpstreamFault.Refused, "The server refused the request."),
        ("Server returned 5", UpstreamFault.Refused, "The server has a problem."),
        ("ERROR:BADSECRET", UpstreamFault.Refused, "The SRT passphrase is wrong or missing."),
        ("wrong password", UpstreamFault.Refused, "The SRT passphrase is wrong or missing."),
        ("rejected", UpstreamFault.Refused, "The server rejected the connection: a wrong passphrase or stream id."),
        ("Connection refused", UpstreamFault.Unreachable, "Nothing listens there: the connection was refused."),
        ("No route to host", UpstreamFault.Unreachable, "There is no way to that address from here."),
        ("Network is unreachable", UpstreamFault.Unreachable, "There is no way to that address from here."),
        ("Connection setup failure", UpstreamFault.Unreachable, "No SRT connection: nothing answers there, or the passphrase is wrong or missing."),
        ("Connection reset", UpstreamFault.Ended, "The server broke the connection off."),
        ("timed out", UpstreamFault.Unreachable, "The server didn't answer in time."),
        ("timeout", UpstreamFault.Unreachable, "The server didn't answer in time."),
        ("does not contain any stream", UpstreamFault.NoPicture, "The stream carries neither picture nor sound that could be relayed."),
        ("Invalid data found", UpstreamFault.NotTransportStream, "What the server sends is no stream of this kind."),
        ("Input/output error", UpstreamFault.Ended, "The connection broke."),
        ("End of file", UpstreamFault.Ended, "The source ended the stream."),
    ];

    /// <summary>What the words mean.</summary>
    /// <param name="kind">What was read, for people.</param>
    /// <param name="words">The last lines of stderr, redacted already.</param>
    public static UpstreamException Of(string kind, IReadOnlyList<string> words)
    {
        foreach (var (pattern, fault, sentence) in Known)
            if (words.LastOrDefault(line => line.Contains(pattern, StringComparison.OrdinalIgnoreCase)) is { } line)
                return new UpstreamException(fault, $"{kind}: {sentence} (ffmpeg: {line})");
        return new UpstreamException(UpstreamFault.Ended, words.Count == 0
            ? $"{kind}: the source ended the stream."
            : $"{kind}: ffmpeg ended: {words[^1]}");
    }
}
