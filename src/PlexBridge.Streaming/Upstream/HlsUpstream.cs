using System.Buffers;
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
    private HlsMediaPlaylist _playlist;
    private long _loadedAt;
    private bool _wasUnchanged;
    private long _next;
    private int _missing;
    private bool _isDiscontinuity;
    private HlsSegmentBody? _segment;

    private HlsUpstream(OutboundHttp http, RequestHeaders headers, TimeProvider time, Uri entry, UpstreamMemory memory, HlsMediaPlaylist playlist, long loadedAt)
    {
        _memory = memory;
        _http = http;
        _headers = headers;
        _time = time;
        _entry = entry;
        _playlist = playlist;
        _loadedAt = loadedAt;
        _keys = new HlsKeys(http, headers);
        // Go on where the last connection stopped, or wait there for what comes; nothing is played twice.
        _next = memory.NextSegment is { } next && next >= playlist.MediaSequence && playlist.MediaSequence >= memory.FirstSegment
            ? next
            : StartOf(playlist);
    }

    public string Kind => "HLS";

    public bool ArrivesInBursts => true;

    public TimeSpan? StallLimit => Target * 3 is var three && three > TimeSpan.FromSeconds(10) ? three : TimeSpan.FromSeconds(10);

    /// <summary>The announced target duration, but no more than the segments justify: some packagers write milliseconds.</summary>
    private TimeSpan Target
    {
        get
        {
            var longest = _playlist.Segments.IsEmpty ? ShortestTarget : _playlist.Segments.Max(segment => segment.Duration);
            var most = (longest > ShortestTarget ? longest : ShortestTarget) * 2;
            most = most < LongestTarget ? most : LongestTarget;
            return _playlist.TargetDuration < most ? _playlist.TargetDuration : most;
        }
    }

    /// <summary>True for bytes that begin like any M3U, whatever the content type says.</summary>
    public static bool IsPlaylist(ReadOnlySpan<byte> start) =>
        start.TrimStart("\uFEFF \t\r\n"u8).StartsWith("#EXTM3U"u8);

    /// <summary>Goes on from an answer whose first bytes are a playlist: reads it, and the best variant where it is a master.</summary>
    public static async Task<HlsUpstream> OpenAsync(
        OutboundHttp http, RequestHeaders headers, Uri entry, OutboundResponse first, Stream body, ReadOnlyMemory<byte> start, UpstreamMemory memory, TimeProvider time, CancellationToken token)
    {
        using (first)
        {
            var loadedAt = time.GetTimestamp();
            var playlist = Parse(await ReadAsync(body, start, token).ConfigureAwait(false), first.Address);
            var media = await ToMediaAsync(http, headers, playlist, token).ConfigureAwait(false);
            return new HlsUpstream(http, headers, time, entry, memory, media, loadedAt);
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        while (true)
        {
            if (_segment is not null)
            {
                var read = await ReadSegmentAsync(buffer, token).ConfigureAwait(false);
                if (read > 0)
                    return read;
                continue;
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

    public ValueTask DisposeAsync()
    {
        _segment?.Dispose();
        _keys.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
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
        }

        return read;
    }

    private async Task OpenSegmentAsync(HlsSegment segment, CancellationToken token)
    {
        _isDiscontinuity |= segment.IsDiscontinuity || segment.Sequence != _next;
        _next = segment.Sequence + 1;
        _memory.NextSegment = _next;
        _memory.FirstSegment = _playlist.MediaSequence;
        if (segment.IsGap)
        {
            _isDiscontinuity = true;
            return;
        }

        try
        {
            _segment = await HlsSegmentBody.OpenAsync(_http, _headers, _keys, segment, token).ConfigureAwait(false);
        }
        catch (UpstreamException exception) when (exception.Fault is UpstreamFault.Refused or UpstreamFault.Unreachable)
        {
            CountMissing(exception);
        }
    }

    private void CountMissing(UpstreamException? reason)
    {
        _isDiscontinuity = true;
        if (++_missing >= MostMissing)
            throw reason ?? new UpstreamException(UpstreamFault.Ended, $"{new SourceUrl(_playlist.Address)}: {MostMissing} segments in a row broke off");
    }

    /// <summary>Fetches the playlist again at the pace of RFC 8216, 6.3.4: a target duration after the last load, half of it when nothing was new.</summary>
    private async Task ReloadAsync(CancellationToken token)
    {
        var pause = _wasUnchanged ? Target / 2 : Target;
        var wait = (pause > ShortestReload ? pause : ShortestReload) - _time.GetElapsedTime(_loadedAt);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, _time, token).ConfigureAwait(false);

        _loadedAt = _time.GetTimestamp();
        var fresh = await LoadAgainAsync(token).ConfigureAwait(false);
        _wasUnchanged = fresh.NextSequence <= _playlist.NextSequence;
        // A little behind or empty: an edge server that lags, or a packager between two writes. All of it below: a restart.
        var hasRestarted = !fresh.Segments.IsEmpty && fresh.NextSequence <= _playlist.MediaSequence;
        if (_wasUnchanged && !hasRestarted && !fresh.IsEnded)
            return;
        _playlist = fresh;
        if (hasRestarted)
        {
            // The encoder started anew and counts from below: join at its live edge.
            _next = StartOf(fresh);
            _isDiscontinuity = true;
        }
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
                return bytes.WrittenMemory;
            bytes.Advance(read);
            if (bytes.WrittenCount > HlsPlaylist.LongestBytes)
                throw new UpstreamException(UpstreamFault.NotTransportStream, "The HLS playlist is too long to be one.");
        }
    }

    private static long StartOf(HlsMediaPlaylist playlist) =>
        playlist.IndexOfStart() is var index && index >= 0 ? playlist.Segments[index].Sequence : playlist.NextSequence;
}
