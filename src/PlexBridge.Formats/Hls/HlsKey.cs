namespace PlexBridge.Formats.Hls;

/// <summary>How a segment is encrypted.</summary>
public enum HlsKeyMethod
{
    /// <summary>AES-128 in CBC mode with PKCS7 padding over the whole segment.</summary>
    Aes128,

    /// <summary>Samples encrypted one by one: digital rights management in practice.</summary>
    SampleAes,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>One EXT-X-KEY that is in force.</summary>
/// <param name="Method">The method.</param>
/// <param name="MethodName">The method as the playlist names it.</param>
/// <param name="Address">Where the key of 16 bytes lies; empty when missing. May carry credentials.</param>
/// <param name="InitializationVector">The IV attribute; null to derive it from the sequence number.</param>
/// <param name="KeyFormat">KEYFORMAT; "identity" when absent.</param>
public sealed record HlsKey(HlsKeyMethod Method, string MethodName, string Address, UInt128? InitializationVector, string KeyFormat)
{
    /// <summary>The key format that is a plain key of 16 bytes.</summary>
    public const string Identity = "identity";

    /// <summary>We can decrypt with it: AES-128 with a plain key.</summary>
    public bool IsUsable => Method == HlsKeyMethod.Aes128 && IsIdentity && Address.Length > 0;

    /// <summary>The protection scheme by the name people know, when it is one that we can't open; else null.</summary>
    public string? DrmName
    {
        get
        {
            if (IsUsable)
                return null;
            return KeyFormat.ToLowerInvariant() switch
            {
                "com.apple.streamingkeydelivery" => "FairPlay",
                "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed" or "com.widevine" => "Widevine",
                "urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95" or "com.microsoft.playready" => "PlayReady",
                _ when IsIdentity => MethodName,
                _ => KeyFormat,
            };
        }
    }

    private bool IsIdentity => KeyFormat.Equals(Identity, StringComparison.OrdinalIgnoreCase);
}
