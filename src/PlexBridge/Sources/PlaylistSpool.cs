using System.Security.Cryptography;
using PlexBridge.Formats.M3u;
using PlexBridge.Storage;

namespace PlexBridge.Sources;

/// <summary>
/// The playlist of one import on disk, unpacked, so that it can be read twice without being held. Readable by its owner
/// only, since it is full of credentials; deleted with this object.
/// </summary>
internal sealed class PlaylistSpool : IDisposable
{
    private const int PieceSize = 128 * 1024;

    /// <summary>Linux's ENOSPC, which is how .NET passes it on.</summary>
    private const int NoSpaceLeft = 28;

    private readonly string _path;

    public PlaylistSpool(DataFolder folder, long run)
    {
        DataFolder.CreateFolder(folder.CacheFolder);
        _path = Path.Combine(folder.CacheFolder, $"playlist-{run}.m3u");
    }

    /// <summary>Deletes what killed imports left. The caller holds the <see cref="ImportLock"/>.</summary>
    public static void DeleteLeftovers(DataFolder folder)
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder.CacheFolder, "playlist-*.m3u"))
                File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // They only take up space; the next run tries again.
        }
    }

    /// <summary>Writes all that comes; unpacks gzip by its first bytes, whatever the name or content type says.</summary>
    /// <exception cref="PlaylistFault">Too large, or truncated.</exception>
    public async Task<FetchResult> FillAsync(Stream input, Uri? baseAddress, string? etag, string? lastModified, long limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[PieceSize];
        try
        {
            await using var outer = await PeekAsync(input, buffer, cancellationToken);
            await using var once = outer.IsGzip ? new CheckedGzipStream(outer) : (Stream)outer;
            // Twice: a .gz file that the server packs once more for the transfer.
            await using var inner = await PeekAsync(once, buffer, cancellationToken);
            await using var text = inner.IsGzip ? new CheckedGzipStream(inner) : (Stream)inner;
            var (hash, bytes) = await CopyAsync(text, buffer, limit, cancellationToken);
            return new FetchResult.Fetched(hash, bytes, baseAddress, etag, lastModified);
        }
        catch (InvalidDataException fault)
        {
            throw new PlaylistFault("its gzip data is truncated or damaged. What was there stays; it is tried again later.", fault);
        }
    }

    /// <summary>Reads the whole playlist through a new reader, handing the entries over piece by piece.</summary>
    /// <param name="onPiece">Gets the entries of the piece; not held on to.</param>
    public async Task<M3uSummary> ReadAsync(Func<List<M3uEntry>, ValueTask> onPiece, CancellationToken cancellationToken)
    {
        var entries = new List<M3uEntry>(1024);
        var reader = new M3uReader(entries.Add);
        var buffer = new byte[PieceSize];
        await using var file = new FileStream(_path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, BufferSize = 0, Options = FileOptions.SequentialScan });
        while (await file.ReadAsync(buffer, cancellationToken) is var length and > 0)
        {
            reader.Read(buffer.AsSpan(0, length));
            await onPiece(entries);
            entries.Clear();
        }
        var summary = reader.Complete();
        await onPiece(entries);
        return summary;
    }

    public void Dispose() => File.Delete(_path);

    private static async Task<PrefixedStream> PeekAsync(Stream input, byte[] buffer, CancellationToken cancellationToken)
    {
        var head = await input.ReadAtLeastAsync(buffer.AsMemory(0, 1024), 2, throwOnEndOfStream: false, cancellationToken);
        return new PrefixedStream(buffer[..head], input);
    }

    private async Task<(string Hash, long Bytes)> CopyAsync(Stream input, byte[] buffer, long limit, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = Create();
        var total = 0L;
        while (await input.ReadAsync(buffer, cancellationToken) is var length and > 0)
        {
            total += length;
            if (total > limit)
                throw new PlaylistFault($"it is larger than {limit / (1024 * 1024)} MB, unpacked. If that is right, allow more: plexbridge settings set source.size.limit 2GB");
            hash.AppendData(buffer, 0, length);
            await WriteAsync(file, buffer.AsMemory(0, length), cancellationToken);
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), total);
    }

    private FileStream Create()
    {
        try
        {
            return new FileStream(_path, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PlaylistFault($"the file {_path} can't be made ({fault.Message.TrimEnd('.')}). Check the data folder and its disk.", fault);
        }
    }

    private async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException fault)
        {
            var folder = Path.GetDirectoryName(_path);
            throw new PlaylistFault(
                fault.HResult == NoSpaceLeft
                    ? $"the disk of {folder} is full. Free some space on it; what was there stays."
                    : $"it can't be stored in {folder} ({fault.Message.TrimEnd('.')}). Check that disk; what was there stays.", fault);
        }
    }

    /// <summary>Bytes that were read ahead, then the rest.</summary>
    private sealed class PrefixedStream(byte[] prefix, Stream rest) : ForwardStream
    {
        private int _taken;

        public bool IsGzip => prefix is [0x1F, 0x8B, ..];

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var left = prefix.AsSpan(_taken);
            if (left.IsEmpty)
                return rest.ReadAsync(buffer, cancellationToken);
            var length = Math.Min(left.Length, buffer.Length);
            left[..length].CopyTo(buffer.Span);
            _taken += length;
            return ValueTask.FromResult(length);
        }
    }
}
