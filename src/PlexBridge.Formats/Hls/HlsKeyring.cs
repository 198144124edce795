using System.Globalization;

namespace PlexBridge.Formats.Hls;

/// <summary>The EXT-X-KEY tags in force: one for each key format, until the next of that format or METHOD=NONE.</summary>
internal sealed class HlsKeyring
{
    private readonly List<HlsKey> _keys = [];

    /// <summary>The key to use: one that we can use if there is any, since the formats are alternatives.</summary>
    public HlsKey? InForce => _keys.Find(key => key.IsUsable) ?? _keys.FirstOrDefault();

    public void Change(HlsAttributes attributes, string address)
    {
        if (Read(attributes, address) is not { } key)
        {
            _keys.Clear();
            return;
        }

        _keys.RemoveAll(other => other.KeyFormat == key.KeyFormat);
        _keys.Add(key);
    }

    /// <summary>The key of a tag; null for METHOD=NONE.</summary>
    public static HlsKey? Read(HlsAttributes attributes, string address)
    {
        var method = attributes["METHOD"] ?? "";
        if (method is "NONE" or "")
            return null;
        var kind = method switch
        {
            "AES-128" => HlsKeyMethod.Aes128,
            _ when method.StartsWith("SAMPLE-AES", StringComparison.Ordinal) => HlsKeyMethod.SampleAes,
            _ => HlsKeyMethod.Other,
        };
        var keyAddress = attributes["URI"] is { } reference ? HlsAddress.Resolve(address, reference) : "";
        return new HlsKey(kind, method, keyAddress, ParseVector(attributes["IV"]), attributes["KEYFORMAT"] ?? HlsKey.Identity);
    }

    private static UInt128? ParseVector(string? text) =>
        text is ['0', 'x' or 'X', ..]
        && UInt128.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
