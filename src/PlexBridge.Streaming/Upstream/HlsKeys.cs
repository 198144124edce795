using System.Security.Cryptography;
using PlexBridge.Formats.Hls;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>The AES-128 keys of one HLS stream, each fetched once and kept while it is in use.</summary>
internal sealed class HlsKeys(OutboundHttp http, RequestHeaders headers) : IDisposable
{
    private string? _address;
    private byte[] _key = [];
    private readonly Aes _aes = Aes.Create();

    /// <summary>Whole-segment AES-128 in CBC mode with PKCS7 padding; the chain starts anew with every segment (RFC 8216, 4.3.2.4).</summary>
    public async Task<ICryptoTransform> MakeDecryptorAsync(HlsKey key, long sequence, CancellationToken token)
    {
        if (key.Address != _address)
        {
            _key = await FetchAsync(key, token).ConfigureAwait(false);
            _address = key.Address;
        }

        var vector = new byte[16];
        HlsDecryption.WriteInitializationVector(key, sequence, vector);
        _aes.Mode = CipherMode.CBC;
        _aes.Padding = PaddingMode.PKCS7;
        return _aes.CreateDecryptor(_key, vector);
    }

    public void Dispose() => _aes.Dispose();

    private async Task<byte[]> FetchAsync(HlsKey key, CancellationToken token)
    {
        if (!Uri.TryCreate(key.Address, UriKind.Absolute, out var address))
            throw new UpstreamException(UpstreamFault.Protected, "The key of this HLS stream has no usable address.");
        using var response = await UpstreamOpener.GetAsync(http, address, headers, token).ConfigureAwait(false);
        var bytes = new byte[HlsDecryption.KeyLength + 1];
        var body = await response.Message.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, token).ConfigureAwait(false);
        return length == HlsDecryption.KeyLength
            ? bytes[..HlsDecryption.KeyLength]
            : throw new UpstreamException(UpstreamFault.Protected, $"{new SourceUrl(key.Address)} is no AES-128 key.");
    }
}
