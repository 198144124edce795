namespace PlexBridge.Streaming.Outbound;

/// <summary>
/// The request headers of one stream (User-Agent, Referer, Origin, Cookie, Authorization …). They go with the
/// playlist, the key and every segment alike. Values may be secrets: printing shows the names only.
/// </summary>
/// <param name="Pairs">Names and values in the order in which they were given.</param>
public sealed record RequestHeaders(IReadOnlyList<KeyValuePair<string, string>> Pairs)
{
    /// <summary>No header of its own.</summary>
    public static RequestHeaders None { get; } = new([]);

    /// <summary>The value of a header, by a name in any case; null where it isn't set.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var pair in Pairs)
                if (string.Equals(pair.Key, name, StringComparison.OrdinalIgnoreCase))
                    return pair.Value;
            return null;
        }
    }

    /// <summary>True for a name and a value that can stand in a request: a token, and no line break or NUL (RFC 9110, 5.5).</summary>
    public static bool IsSendable(string name, string value) =>
        name.Length > 0
        && name.AsSpan().IndexOfAnyExcept(TokenCharacters) < 0
        && value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0;

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", Pairs.Select(pair => pair.Key));

    private static readonly System.Buffers.SearchValues<char> TokenCharacters = System.Buffers.SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
