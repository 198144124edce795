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
            if (!ForwardedHeaders.TryApply(context, proxies))
                return RefuseAsync(context, StatusCodes.Status400BadRequest,
                    "The proxy's headers can't be used: it has to send X-Forwarded-For with addresses, and http or https in X-Forwarded-Proto.");
            peer = context.Connection.RemoteIpAddress!;
        }

        if (!allowed.Contains(peer))
            return RefuseAsync(context, StatusCodes.Status403Forbidden,
                $"{Unmapped(peer)} isn't in an allowed network; the setting network.allowed says who may ask.");
        if (!HostCheck.IsOurs(context.Request.Host.Host, current.Get(SettingsCatalog.PublicUrl)))
            return RefuseAsync(context, StatusCodes.Status421MisdirectedRequest,
                "The address used is none of this appliance's. Use its IP address, localhost, a name without dots, a .local name, or set public.url to this name.");
        return next(context);
    }

    private static Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
