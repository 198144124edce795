using System.Collections.Frozen;
using System.Security.Cryptography;

namespace PlexBridge.Web.Shared;

/// <summary>One embedded file of the page in its three encodings. Immutable; its hash names the content for good.</summary>
public sealed class StaticAsset
{
    private const string Folder = "static/";

    private static readonly FrozenDictionary<string, StaticAsset> All = ReadAll();

    private StaticAsset(string name)
    {
        Name = name;
        Plain = Read(name);
        Gzip = Read(name + ".gz");
        Brotli = Read(name + ".br");
        Hash = Convert.ToHexStringLower(SHA256.HashData(Plain.Span).AsSpan(0, 8));
        ContentType = Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".webmanifest" => "application/manifest+json",
            var other => throw new InvalidOperationException($"No content type is known for the embedded file {name} ({other})."),
        };
    }

    /// <summary>The file's name, such as <c>page.css</c>.</summary>
    public string Name { get; }

    /// <summary>The first 64 bits of the content's SHA-256, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>The media type to send.</summary>
    public string ContentType { get; }

    /// <summary>The file as it is.</summary>
    public ReadOnlyMemory<byte> Plain { get; }

    /// <summary>The file as gzip.</summary>
    public ReadOnlyMemory<byte> Gzip { get; }

    /// <summary>The file as Brotli.</summary>
    public ReadOnlyMemory<byte> Brotli { get; }

    /// <summary>The file of that name; null when there is none.</summary>
    public static StaticAsset? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>The address of an embedded file, relative to the page so that sub-paths behind a proxy work.</summary>
    /// <exception cref="KeyNotFoundException">No file of that name is embedded.</exception>
    public static string Address(string name) => $"{Folder}{name}?v={All[name].Hash}";

    private static FrozenDictionary<string, StaticAsset> ReadAll() =>
        typeof(StaticAsset).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && !name.EndsWith(".gz", StringComparison.Ordinal) && !name.EndsWith(".br", StringComparison.Ordinal))
            .Select(name => new StaticAsset(name[Folder.Length..]))
            .ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    private static byte[] Read(string name)
    {
        using var content = typeof(StaticAsset).Assembly.GetManifestResourceStream(Folder + name)
            ?? throw new InvalidOperationException($"The file {Folder}{name} is not embedded.");
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return bytes;
    }
}
