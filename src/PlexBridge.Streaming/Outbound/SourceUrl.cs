using System.Security.Cryptography;
using System.Text;

namespace PlexBridge.Streaming.Outbound;

/// <summary>
/// An address that may carry a secret (user and password of an account, a token in path or query).
/// Only <see cref="Address"/> gives it away; printing it shows scheme, host and a short hash, so that two addresses
/// of one host can be told apart in a log without either being of use to a reader.
/// </summary>
public sealed class SourceUrl : IEquatable<SourceUrl>
{
    /// <summary>Wraps an address as it stands, valid or not.</summary>
    public SourceUrl(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Address = address;
    }

    /// <summary>The address itself, secrets included. Never for a log, a page or an error.</summary>
    public string Address { get; }

    /// <summary>The scheme in lower case (<c>http</c>, <c>udp</c> …); empty where there is none.</summary>
    public string Scheme
    {
        get
        {
            var end = Address.IndexOf("://", StringComparison.Ordinal);
            return end <= 0 ? "" : Address[..end].ToLowerInvariant();
        }
    }

    /// <summary>The redacted form: <c>http://host/#1a2b3c4d</c>.</summary>
    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(Address), hash);
        var mark = Convert.ToHexStringLower(hash[..4]);
        return Uri.TryCreate(Address, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? $"{uri.Scheme}://{(uri.IsDefaultPort ? uri.Host : uri.Host + ":" + uri.Port)}/#{mark}"
            : $"#{mark}";
    }

    /// <inheritdoc />
    public bool Equals(SourceUrl? other) => other is not null && string.Equals(Address, other.Address, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as SourceUrl);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Address);
}
