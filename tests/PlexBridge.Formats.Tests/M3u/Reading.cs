using System.Text;
using PlexBridge.Formats.M3u;

namespace PlexBridge.Formats.Tests.M3u;

/// <summary>Reads whole inputs for the tests, in one piece or cut.</summary>
internal static class Reading
{
    public static (List<M3uEntry> Entries, M3uSummary Summary) Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    public static (List<M3uEntry> Entries, M3uSummary Summary) Read(ReadOnlySpan<byte> bytes, Func<int>? nextPiece = null)
    {
        var entries = new List<M3uEntry>();
        var reader = new M3uReader(entries.Add);
        while (!bytes.IsEmpty)
        {
            var length = nextPiece is null ? bytes.Length : Math.Clamp(nextPiece(), 1, bytes.Length);
            reader.Read(bytes[..length]);
            bytes = bytes[length..];
        }
        return (entries, reader.Complete());
    }
}
