namespace PlexBridge.Sources;

/// <summary>What came of fetching a playlist.</summary>
internal abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>It lies in the spool file, unpacked.</summary>
    /// <param name="Hash">SHA-256 of the unpacked bytes, hexadecimal.</param>
    /// <param name="BaseAddress">Where relative addresses in it start from; null for files.</param>
    internal sealed record Fetched(string Hash, long Bytes, Uri? BaseAddress, string? ETag, string? LastModified) : FetchResult;

    /// <summary>The server says that it is the one we have.</summary>
    internal sealed record NotModified : FetchResult;

    /// <summary>It could not be had.</summary>
    /// <param name="Message">What, why, what to do; without credentials.</param>
    internal sealed record Failed(string Message) : FetchResult;
}
