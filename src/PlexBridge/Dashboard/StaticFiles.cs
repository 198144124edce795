using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using PlexBridge.Web.Shared;

namespace PlexBridge.Dashboard;

/// <summary>Serves the embedded files of the page, compressed at build time, kept by browsers for as long as their hash is asked for.</summary>
internal static class StaticFiles
{
    private static readonly StringValues ForGood = "public, max-age=31536000, immutable";
    private static readonly StringValues AskAgain = "public, no-cache";

    public static async Task SendAsync(HttpContext context)
    {
        var response = context.Response;
        PageHeaders.Set(response);
        if (StaticAsset.Find((string)context.Request.RouteValues["name"]!) is not { } asset)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var (encoding, content) = Choose(asset, context.Request.Headers.AcceptEncoding);
        // Each encoding is a representation of its own, hence a tag of its own.
        var tag = $"\"{asset.Hash}{(encoding is null ? "" : "-" + encoding)}\"";
        response.Headers.ETag = tag;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        response.Headers.CacheControl = context.Request.Query["v"] == asset.Hash ? ForGood : AskAgain;
        if (IsKnown(context.Request.Headers.IfNoneMatch, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = asset.ContentType;
        response.ContentLength = content.Length;
        if (encoding is not null)
            response.Headers.ContentEncoding = encoding;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(content, context.RequestAborted);
    }

    private static (string? Encoding, ReadOnlyMemory<byte> Content) Choose(StaticAsset asset, StringValues accepted)
    {
        if (!StringWithQualityHeaderValue.TryParseList(accepted, out var codings))
            return (null, asset.Plain);
        if (Takes("br"))
            return ("br", asset.Brotli);
        return Takes("gzip") ? ("gzip", asset.Gzip) : (null, asset.Plain);

        bool Takes(string coding) => codings.Any(offered => offered.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && offered.Quality is null or > 0);
    }

    private static bool IsKnown(StringValues ifNoneMatch, string tag) =>
        EntityTagHeaderValue.TryParseList(ifNoneMatch, out var tags)
        && tags.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Tag == tag);
}
