using Microsoft.Extensions.Primitives;

namespace PlexBridge.Tuner;

/// <summary>The replies of an HDHomeRun: header values as real units send them (protocols 1.1), prebuilt because they never change.</summary>
internal static class TunerReply
{
    public static readonly StringValues Json = "application/json; charset=\"utf-8\"";
    public static readonly StringValues Xml = "text/xml; charset=\"utf-8\"";
    public static readonly StringValues Text = "text/plain; charset=\"utf-8\"";
    public static readonly StringValues Video = "video/mpeg";

    private static readonly StringValues Server = "HDHomeRun/1.0";
    private static readonly StringValues NoCache = "no-cache";
    private static readonly StringValues AnyOrigin = "*";
    private static readonly StringValues Close = "close";
    private static readonly StringValues Streaming = "Streaming";

    /// <summary>What every reply on a tuner's path carries.</summary>
    public static void SetHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers.Server = Server;
        headers.CacheControl = NoCache;
        headers.AccessControlAllowOrigin = AnyOrigin;
    }

    /// <summary>A whole document, with its length; the connection stays open unless the client asked to close it.</summary>
    public static Task SendAsync(HttpContext context, in StringValues contentType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        SetHeaders(response);
        response.Headers.ContentType = contentType;
        response.ContentLength = body.Length;
        // Without a token: asking for RequestAborted makes one per request, and a write to a viewer that left ends by itself.
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.BodyWriter.WriteAsync(body, CancellationToken.None).AsTask();
    }

    /// <summary>A status and nothing else.</summary>
    public static Task SendEmpty(HttpContext context, int status)
    {
        SetHeaders(context.Response);
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>A path that doesn't exist: a real unit answers with a small page.</summary>
    public static Task SendNotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/html";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync("<!doctype html><title>404</title><p>There is nothing here. <a href=\"/\">To the first page</a></p>\n", CancellationToken.None);
    }

    /// <summary>The head of a stream, without the stream.</summary>
    public static Task SendStreamHead(HttpContext context)
    {
        SetHeaders(context.Response);
        var headers = context.Response.Headers;
        headers.ContentType = Video;
        headers.Connection = Close;
        headers["transferMode.dlna.org"] = Streaming;
        return Task.CompletedTask;
    }
}
