using System.Net;
using PlexBridge.Settings;

namespace PlexBridge.Accounts;

/// <summary>
/// Who may come in until accounts exist: the first thing every request passes. By network, because tuners' clients
/// can't sign in; by Host, against DNS rebinding; and nobody may claim to be somebody else.
/// </summary>
internal sealed class AccessGate(SettingsHolder settings)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var current = settings.Current;
        var allowed = current.Get(SettingsCatalog.NetworkAllowed);
        var peer = context.Connection.RemoteIpAddress;
        if (peer is null)
            return RefuseAsync(context, StatusCodes.Status403Forbidden, "The connection has no address to decide by.");

        if (ForwardedHeaders.ArePresent(context.Request.Headers))
        {
            var proxies = current.Get(SettingsCatalog.NetworkProxies);
            if (!proxies.Contains(peer))
                return RefuseAsync(context, StatusCodes.Status403Forbidden,
                    $"The request came through a proxy ({Unmapped(peer)}) that isn't trusted; add its address to the setting network.proxies.");
            // A proxy that passes the viewer's Host on must not carry a foreign name past the check below.
            if (!HostCheck.IsOurs(NameOf(context.Request.Host), current.Get(SettingsCatalog.PublicUrl)))
                return MisdirectedAsync(context);
            if (!ForwardedHeaders.TryApply(context, proxies))
                return RefuseAsync(context, StatusCodes.Status400BadRequest,
                    "The proxy's headers can't be used: it has to send X-Forwarded-For with addresses, and http or https in X-Forwarded-Proto.");
            peer = context.Connection.RemoteIpAddress!;
        }

        if (!allowed.Contains(peer))
            return RefuseAsync(context, StatusCodes.Status403Forbidden,
                $"{Unmapped(peer)} isn't in an allowed network; the setting network.allowed says who may ask.");
        if (!HostCheck.IsOurs(NameOf(context.Request.Host), current.Get(SettingsCatalog.PublicUrl)))
            return MisdirectedAsync(context);
        UnderPublicPath(context.Request, current.Get(SettingsCatalog.PublicUrl));
        return next(context);
    }

    /// <summary>The name as it is written on the wire; the framework shows international names decoded.</summary>
    private static string NameOf(HostString host) => new HostString(host.ToUriComponent()).Host;

    /// <summary>A reverse proxy may pass a sub-path of public.url on or strip it: both lead to the same pages.</summary>
    private static void UnderPublicPath(HttpRequest request, Uri? publicUrl)
    {
        if (publicUrl?.AbsolutePath.TrimEnd('/') is not { Length: > 0 } path || !request.Path.StartsWithSegments(path, StringComparison.Ordinal, out var rest))
            return;
        request.PathBase = request.PathBase.Add(path);
        request.Path = rest.HasValue ? rest : "/";
    }

    private static Task MisdirectedAsync(HttpContext context) => RefuseAsync(context, StatusCodes.Status421MisdirectedRequest,
        "The address used is none of this appliance's. Use its IP address, localhost, a name without dots, a .local name, or set public.url to this name.");

    private static Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
