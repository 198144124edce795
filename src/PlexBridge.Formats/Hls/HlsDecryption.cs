using System.Buffers.Binary;

namespace PlexBridge.Formats.Hls;

/// <summary>Facts of AES-128 segments (RFC 8216, 5.2): CBC, PKCS7, begun anew for each segment.</summary>
public static class HlsDecryption
{
    /// <summary>Bytes of a key and of an initialization vector.</summary>
    public const int KeyLength = 16;

    /// <summary>Writes the initialization vector: the one of the key, else the media sequence number in big-endian order.</summary>
    /// <param name="key">The key in force.</param>
    /// <param name="sequence">The segment's media sequence number.</param>
    /// <param name="destination">Room for 16 bytes.</param>
    public static void WriteInitializationVector(HlsKey key, long sequence, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        BinaryPrimitives.WriteUInt128BigEndian(destination, key.InitializationVector ?? (UInt128)(ulong)sequence);
    }
}
