using PlexBridge.Streaming;

namespace PlexBridge.Tuner;

/// <summary>The one place where a reason for no stream becomes an HDHomeRun error (protocols 1.11): 404 for 801, 503 for the others, empty body.</summary>
internal static class StreamRefusals
{
    public const string ErrorHeader = "X-HDHomeRun-Error";
    public const string UnknownChannel = "801 Unknown Channel";
    public const string UnknownTranscodeProfile = "802 Unknown Transcode Profile";

    public static string ErrorOf(StreamRefusal refusal) => refusal switch
    {
        StreamRefusal.TunerInUse => "804 Tuner In Use",
        StreamRefusal.AllTunersInUse => "805 All Tuners In Use",
        StreamRefusal.TuneFailed => "806 Tune Failed",
        StreamRefusal.NoVideoData => "807 No Video Data",
        _ => "803 System Busy",
    };

    public static Task SendAsync(HttpContext context, string error)
    {
        context.Response.Headers[ErrorHeader] = error;
        return TunerReply.SendEmpty(context, error == UnknownChannel ? StatusCodes.Status404NotFound : StatusCodes.Status503ServiceUnavailable);
    }
}
