using System.Net.Sockets;
using System.Text;

namespace PlexBridge.Storage;

/// <summary>A verb's voice to a running appliance on the same data folder.</summary>
internal static class ControlClient
{
    public const string Changed = "changed";
    public const string Sessions = "sessions";

    /// <summary>The answer's line of JSON; null where no appliance runs.</summary>
    public static async Task<string?> AskAsync(DataFolder folder, string request, CancellationToken cancellationToken)
    {
        using var socket = await ConnectAsync(folder, cancellationToken);
        if (socket is null) return null;
        try
        {
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request + "\n"), cancellationToken);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It stopped in the middle: as good as not running.
            return null;
        }
    }

    /// <summary>Tells a running appliance to look again now, rather than within two seconds.</summary>
    public static async Task AnnounceChangeAsync(DataFolder folder, CancellationToken cancellationToken) =>
        await AskAsync(folder, Changed, cancellationToken);

    public static async Task<bool> IsAppliancePresentAsync(DataFolder folder, CancellationToken cancellationToken)
    {
        using var socket = await ConnectAsync(folder, cancellationToken);
        return socket is not null;
    }

    private static async Task<Socket?> ConnectAsync(DataFolder folder, CancellationToken cancellationToken)
    {
        if (!folder.HasControlSocketPathThatFits || !File.Exists(folder.ControlSocketPath)) return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder.ControlSocketPath), cancellationToken);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
