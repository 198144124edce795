using System.Buffers;
using System.IO.Compression;
using PlexBridge.Formats.Hls;
using PlexBridge.Streaming.Outbound;

namespace PlexBridge.Streaming.Upstream;

/// <summary>
/// A live HLS playlist with TS segments, read segment by segment as one stream of bytes. Owns the invoker with its
/// cookies, which playlist, key and segments share.
/// </summary>
internal sealed class HlsUpstream : IUpstream
{
    /// <summary>How many segments in a row may be missing before the stream counts as broken.</summary>
    private const int MostMissing = 3;

    private static readonly TimeSpan ShortestTarget = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestTarget = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestReload = TimeSpan.FromMilliseconds(500);

    private readonly OutboundHttp _http;
    private readonly RequestHeaders _headers;
    private readonly TimeProvider _time;
    private readonly HlsKeys _keys;
    private readonly UpstreamMemory _memory;
    private readonly Uri _entry;
    private readonly bool _mayOverlap;
    private readonly CancellationTokenSource _life = new();
    private HlsMediaPlaylist _playlist;
    private TimeSpan _target;
    private long _loadedAt;
    private Task<HlsMediaPlaylist>? _reload;
    private HlsSegmentAhead? _ahead;
    private long _renewedFor = -1;
    private bool _wasUnchanged;
    private long _next;
    private int _missing;
    private bool _isDiscontinuity;
    private HlsSegmentBody? _segment;

    private HlsUpstream(
        OutboundHttp http, RequestHeaders headers, TimeProvider time, Uri entry, bool mayOverlap, UpstreamMemory memory, HlsMediaPlaylist playlist, long loadedAt)
    {
        _mayOverlap = mayOverlap;
        _memory = memory;
        _http = http;
        _headers = headers;
        _time = time;
        _entry = entry;
        _playlist = playlist;
        _target = TargetOf(playlist);
        _loadedAt = loadedAt;
        _keys = new HlsKeys(http, headers);
        // Go on where the last connection stopped, or wait there for what comes; nothing is played twice.
        _next = memory.NextSegment is { } next && next >= playlist.MediaSequence && playlist.MediaSequence >= memory.FirstSegment
            ? next
            : StartOf(playlist);
    }

    public string Kind => "HLS";

    public bool ArrivesInBursts => true;

    public TimeSpan? StallLimit => _target * 3 is var three && three > TimeSpan.FromSeconds(10) ? three : TimeSpan.FromSeconds(10);

    public long Lost { get; private set; }

    /// <summary>True for bytes that begin like any M3U, whatever the content type says.</summary>
    public static bool IsPlaylist(ReadOnlySpan<byte> start) =>
        start.TrimStart("\uFEFF \t\r\n"u8).StartsWith("#EXTM3U"u8) || IsPacked(start);

    /// <summary>Goes on from an answer whose first bytes are a playlist: reads it, and the best variant where it is a master.</summary>
    /// <param name="http">The invoker, the upstream's from then on.</param>
    /// <param name="headers">The stream's headers.</param>
    /// <param name="entry">The stream's address: where a new token is to be had.</param>
    /// <param name="mayOverlap">Whether the source lets us ask for two things at a time.</param>
    /// <param name="first">The answer of the entry.</param>
    /// <param name="body">The rest of its body.</param>
    /// <param name="start">What has been read of it.</param>
    /// <param name="memory">What earlier connections left.</param>
    /// <param name="time">The clock of the reloads.</param>
    /// <param name="token">Ends the opening.</param>
    public static async Task<HlsUpstream> OpenAsync(
        OutboundHttp http, RequestHeaders headers, Uri entry, bool mayOverlap, OutboundResponse first, Stream body, ReadOnlyMemory<byte> start,
        UpstreamMemory memory, TimeProvider time, CancellationToken token)
    {
        using (first)
        {
            var loadedAt = time.GetTimestamp();
            var playlist = Parse(await ReadAsync(body, start, token).ConfigureAwait(false), first.Address);
            var media = await ToMediaAsync(http, headers, playlist, token).ConfigureAwait(false);
            return new HlsUpstream(http, headers, time, entry, mayOverlap, memory, media, loadedAt);
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        while (true)
        {
            if (_mayOverlap && IsReloadDue)
                BeginReload();
            if (_reload is { IsCompleted: true })
                await TakeReloadAsync(mayFail: true, token).ConfigureAwait(false);
            if (_segment is not null)
            {
                var read = await ReadSegmentAsync(buffer, token).ConfigureAwait(false);
                if (read > 0)
                    return read;
                continue;
            }

            if (!_mayOverlap && IsReloadDue)
            {
                // One thing at a time: now, between two segments, before the window has moved past us.
                BeginReload();
                await TakeReloadAsync(mayFail: true, token).ConfigureAwait(false);
            }

            if (_playlist.IndexOf(_next) is var index && index >= 0)
                await OpenSegmentAsync(_playlist.Segments[index], token).ConfigureAwait(false);
            else if (_playlist.IsEnded)
                return 0;
            else
                await ReloadAsync(token).ConfigureAwait(false);
        }
    }

    public bool TakeDiscontinuity()
    {
        var was = _isDiscontinuity;
        _isDiscontinuity = false;
        return was;
    }

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync().ConfigureAwait(false);
        if (_reload is { } reload)
            await ((Task)reload).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_ahead is { } ahead)
            await ahead.DisposeAsync().ConfigureAwait(false);
        _segment?.Dispose();
        _keys.Dispose();
        _http.Dispose();
        _life.Dispose();
    }

    private async ValueTask<int> ReadSegmentAsync(Memory<byte> buffer, CancellationToken token)
    {
        int read;
        try
        {
            read = await _segment!.ReadAsync(buffer, token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A segment that breaks off is a gap; the next one goes on.
            read = 0;
            CountMissing(null);
        }

        if (read == 0)
        {
            _segment!.Dispose();
            _segment = null;
        }
        else
        {
            _missing = 0;
            AskAhead();
        }

        return read;
    }

    /// <summary>Asks for the next segment when most of this one has come.</summary>
    private void AskAhead()
    {
        if (!_mayOverlap || _ahead is not null || !_segment!.IsNearlyOver)
            return;
        if (_playlist.IndexOf(_next) is >= 0 and var index && !_playlist.Segments[index].IsGap)
            _ahead = new HlsSegmentAhead(_playlist.Segments[index], OpenBodyAsync, _life.Token);
    }

    private async Task OpenSegmentAsync(HlsSegment segment, CancellationToken token)
    {
        _isDiscontinuity |= segment.IsDiscontinuity || segment.Sequence != _next;
        Lost += Math.Max(0, segment.Sequence - _next);
        _next = segment.Sequence + 1;
        _memory.NextSegment = _next;
        _memory.FirstSegment = _playlist.MediaSequence;
        if (segment.IsGap)
        {
            _isDiscontinuity = true;
            Lost++;
            return;
        }

        try
        {
            _segment = await TakeBodyAsync(segment, token).ConfigureAwait(false);
        }
        catch (UpstreamException exception) when (exception.Fault is UpstreamFault.Refused or UpstreamFault.Unreachable)
        {
            if (!await RenewAsync(segment, exception, token).ConfigureAwait(false))
                CountMissing(exception);
        }
    }

    private Task<HlsSegmentBody> OpenBodyAsync(HlsSegment segment, CancellationToken token) =>
        HlsSegmentBody.OpenAsync(_http, _headers, _keys, segment, token);

    private async Task<HlsSegmentBody> TakeBodyAsync(HlsSegment segment, CancellationToken token)
    {
        if (_ahead is not { } ahead)
            return await OpenBodyAsync(segment, token).ConfigureAwait(false);
        // The loop that reads ends with its token; what was asked ahead is then disposed with the upstream.
        if (!ahead.Is(segment))
        {
            _ahead = null;
            await ahead.DisposeAsync().ConfigureAwait(false);
            return await OpenBodyAsync(segment, token).ConfigureAwait(false);
        }

        try
        {
            return await ahead.TakeAsync(token).ConfigureAwait(false);
        }
        finally
        {
            _ahead = null;
            await ahead.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A segment that is forbidden all at once: its address holds a token that ran out, and the entry hands out a new one.
    /// Once for a segment; its number stays.
    /// </summary>
    private async Task<bool> RenewAsync(HlsSegment segment, UpstreamException refusal, CancellationToken token)
    {
        if (refusal.Status is not (401 or 403 or 410) || _renewedFor == segment.Sequence)
            return false;
        _renewedFor = segment.Sequence;
        try
        {
            _loadedAt = _time.GetTimestamp();
            Merge(await LoadMediaAsync(_http, _headers, _entry, token).ConfigureAwait(false));
        }
        catch (IOException)
        {
            return false;
        }

        if (_playlist.IndexOf(segment.Sequence) is not (>= 0 and var index)
            || _playlist.Segments[index] is not { } fresh || fresh.Sequence != segment.Sequence || fresh.Address == segment.Address)
            return false;
        _next = segment.Sequence;
        return true;
    }

    private void CountMissing(UpstreamException? reason)
    {
        _isDiscontinuity = true;
        Lost++;
        if (++_missing >= MostMissing)
            throw reason ?? new UpstreamException(UpstreamFault.Ended, $"{new SourceUrl(_playlist.Address)}: {MostMissing} segments in a row broke off");
    }

    /// <summary>The pace of RFC 8216, 6.3.4: a target duration after the last load, half of it when nothing was new.</summary>
    private TimeSpan ReloadPause => (_wasUnchanged ? _target / 2 : _target) is var pause && pause > ShortestReload ? pause : ShortestReload;

    private bool IsReloadDue => !_playlist.IsEnded && _time.GetElapsedTime(_loadedAt) >= ReloadPause;

    /// <summary>Nothing is left to read: waits for the playlist to be due, and for what it brings.</summary>
    private async Task ReloadAsync(CancellationToken token)
    {
        if (_reload is not null)
        {
            if (await TakeReloadAsync(mayFail: true, token).ConfigureAwait(false))
                return;
        }
        else if (ReloadPause - _time.GetElapsedTime(_loadedAt) is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, token).ConfigureAwait(false);
        }

        BeginReload();
        await TakeReloadAsync(mayFail: false, token).ConfigureAwait(false);
    }

    /// <summary>Waits for the load that was begun. False where it failed and may: there is something to play yet, or another try.</summary>
    private async Task<bool> TakeReloadAsync(bool mayFail, CancellationToken token)
    {
        var reload = _reload!;
        await ((Task)reload).WaitAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        token.ThrowIfCancellationRequested();
        _reload = null;
        try
        {
            Merge(await reload.ConfigureAwait(false));
            return true;
        }
        catch (IOException) when (mayFail)
        {
            return false;
        }
    }

    private void Merge(HlsMediaPlaylist fresh)
    {
        _wasUnchanged = fresh.NextSequence <= _playlist.NextSequence;
        // A little behind or empty: an edge server that lags, or a packager between two writes. All of it below: a restart.
        var hasRestarted = !fresh.Segments.IsEmpty && fresh.NextSequence <= _playlist.MediaSequence;
        var isStale = fresh.NextSequence < _playlist.NextSequence || (_wasUnchanged && fresh.Segments.IsEmpty);
        if (isStale && !hasRestarted && !fresh.IsEnded)
            return;
        _playlist = fresh;
        _target = TargetOf(fresh);
        if (hasRestarted)
        {
            // The encoder started anew and counts from below: join at its live edge.
            _next = StartOf(fresh);
            _isDiscontinuity = true;
        }
    }

    private void BeginReload()
    {
        if (_reload is not null)
            return;
        _loadedAt = _time.GetTimestamp();
        _reload = LoadAgainAsync(_life.Token);
    }

    private async Task<HlsMediaPlaylist> LoadAgainAsync(CancellationToken token)
    {
        try
        {
            return await LoadMediaAsync(_http, _headers, new Uri(_playlist.Address), token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // An answer that broke off, or an address with a token that ran out: whatever led here hands out a new one.
            return await LoadMediaAsync(_http, _headers, _entry, token).ConfigureAwait(false);
        }
    }

    private static async Task<HlsMediaPlaylist> LoadMediaAsync(OutboundHttp http, RequestHeaders headers, Uri address, CancellationToken token)
    {
        using var response = await UpstreamOpener.GetAsync(http, address, headers, token).ConfigureAwait(false);
        var body = await response.Message.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
        var playlist = Parse(await ReadAsync(body, default, token).ConfigureAwait(false), response.Address);
        return await ToMediaAsync(http, headers, playlist, token).ConfigureAwait(false);
    }

    private static async Task<HlsMediaPlaylist> ToMediaAsync(OutboundHttp http, RequestHeaders headers, HlsPlaylist playlist, CancellationToken token)
    {
        if (playlist is HlsMasterPlaylist master)
        {
            var choice = HlsVariantChoice.Best(master);
            if (choice.Audio is not null)
                throw new RemuxNeededException("HLS with separate sound", TimeSpan.Zero);
            return await LoadVariantAsync(http, headers, choice.Variant, token).ConfigureAwait(false);
        }

        var media = (HlsMediaPlaylist)playlist;
        if (media.DrmName is { } drm)
            throw new UpstreamException(UpstreamFault.Protected, $"This HLS stream is encrypted with DRM ({drm}); it can't be relayed.");
        if (media.HasMap)
            throw new RemuxNeededException("HLS-fMP4", media.TargetDuration);
        if (media.Segments.IsEmpty && media.IsEnded)
            throw new UpstreamException(UpstreamFault.Ended, $"{new SourceUrl(media.Address)} is an empty playlist that has ended.");
        return media;
    }

    private static async Task<HlsMediaPlaylist> LoadVariantAsync(OutboundHttp http, RequestHeaders headers, HlsVariant variant, CancellationToken token)
    {
        if (!Uri.TryCreate(variant.Address, UriKind.Absolute, out var address))
            throw new UpstreamException(UpstreamFault.NotTransportStream, "The HLS master playlist names a variant without a usable address.");
        using var response = await UpstreamOpener.GetAsync(http, address, headers, token).ConfigureAwait(false);
        var body = await response.Message.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
        var playlist = Parse(await ReadAsync(body, default, token).ConfigureAwait(false), response.Address);
        return playlist is HlsMediaPlaylist media
            ? await ToMediaAsync(http, headers, media, token).ConfigureAwait(false)
            : throw new UpstreamException(UpstreamFault.NotTransportStream, "The HLS master playlist leads to another master playlist.");
    }

    private static HlsPlaylist Parse(ReadOnlyMemory<byte> bytes, Uri address)
    {
        return HlsPlaylist.TryParse(bytes.Span, address.AbsoluteUri, out var playlist, out var fault)
            ? playlist
            : throw new UpstreamException(UpstreamFault.NotTransportStream, $"{new SourceUrl(address.AbsoluteUri)}: {fault}");
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, ReadOnlyMemory<byte> start, CancellationToken token)
    {
        var bytes = new ArrayBufferWriter<byte>(64 * 1024);
        bytes.Write(start.Span);
        while (true)
        {
            var read = await body.ReadAsync(bytes.GetMemory(16 * 1024), token).ConfigureAwait(false);
            if (read == 0)
                return IsPacked(bytes.WrittenSpan) ? Unpack(bytes.WrittenMemory) : bytes.WrittenMemory;
            bytes.Advance(read);
            if (bytes.WrittenCount > HlsPlaylist.LongestBytes)
                throw new UpstreamException(UpstreamFault.NotTransportStream, "The HLS playlist is too long to be one.");
        }
    }

    /// <summary>A file that was packed by hand and is served without a word about it.</summary>
    private static bool IsPacked(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    private static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var bytes = new ArrayBufferWriter<byte>(64 * 1024);
        try
        {
            while (gzip.Read(bytes.GetSpan(16 * 1024)) is > 0 and var read)
            {
                bytes.Advance(read);
                if (bytes.WrittenCount > HlsPlaylist.LongestBytes)
                    throw new UpstreamException(UpstreamFault.NotTransportStream, "The HLS playlist is too long to be one.");
            }
        }
        catch (InvalidDataException exception)
        {
            throw new UpstreamException(UpstreamFault.NotTransportStream, "The answer is compressed and can't be unpacked.", exception);
        }

        return bytes.WrittenMemory;
    }

    /// <summary>The announced target duration, but no more than the segments justify: some packagers write milliseconds.</summary>
    private static TimeSpan TargetOf(HlsMediaPlaylist playlist)
    {
        var longest = playlist.Segments.IsEmpty ? ShortestTarget : playlist.Segments.Max(segment => segment.Duration);
        var most = (longest > ShortestTarget ? longest : ShortestTarget) * 2;
        most = most < LongestTarget ? most : LongestTarget;
        return playlist.TargetDuration < most ? playlist.TargetDuration : most;
    }

    private static long StartOf(HlsMediaPlaylist playlist) =>
        playlist.IndexOfStart() is var index && index >= 0 ? playlist.Segments[index].Sequence : playlist.NextSequence;
}
