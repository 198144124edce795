using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PlexBridge.Tests.Tuner;

/// <summary>A reply as it came over the wire, read by no HTTP library: names and values exactly as sent.</summary>
internal sealed record RawReply(string StatusLine, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public int Status => int.Parse(StatusLine.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>Sends the lines as the head of a request on a connection of its own and reads until the server closes it.</summary>
    public static async Task<RawReply> AskAsync(IPEndPoint server, params string[] lines)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"));
        return Parse(Encoding.UTF8.GetString(await ReadToEndAsync(stream).WaitAsync(TimeSpan.FromSeconds(20))));
    }

    private static async Task<byte[]> ReadToEndAsync(NetworkStream stream)
    {
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received);
        }
        catch (IOException) when (received.Length > 0)
        {
            // A server that refuses a request before it was read to its end may reset the connection behind its reply.
        }
        return received.ToArray();
    }

    public static RawReply Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Split("\r\n");
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new RawReply(lines[0], headers, text[(end + 4)..]);
    }
}
