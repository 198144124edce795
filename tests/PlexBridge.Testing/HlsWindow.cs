using System.Globalization;
using System.Text;

namespace PlexBridge.Testing;

/// <summary>
/// A live HLS media playlist on a <see cref="FakeSource"/> whose window a test moves on. Segments stay served after
/// they left the window. One thread moves it; any number may read.
/// </summary>
public sealed class HlsWindow
{
    private readonly FakeSource _source;
    private readonly string _folder;
    private readonly int _length;
    private readonly TimeSpan _duration;
    private readonly Func<FakeAnswer, FakeAnswer> _guard;
    private readonly Lock _lock = new();
    private readonly List<Segment> _window = [];
    private long _next;
    private long _names;
    private bool _hasEnded;

    /// <param name="source">Who serves it.</param>
    /// <param name="folder">Where: "/live/" gives /live/index.m3u8 and /live/0.ts and on.</param>
    /// <param name="duration">Of each segment.</param>
    /// <param name="length">Segments in the window.</param>
    /// <param name="guard">Wrapped around every answer, say to ask for a header or a cookie.</param>
    public HlsWindow(FakeSource source, string folder, TimeSpan duration, int length = 3, Func<FakeAnswer, FakeAnswer>? guard = null)
    {
        (_source, _folder, _duration, _length) = (source, folder, duration, length);
        _guard = guard ?? (answer => answer);
        source.On(PlaylistPath, _guard((request, reply, cancellationToken) =>
            Answers.Text(Playlist(), "application/vnd.apple.mpegurl")(request, reply, cancellationToken)));
    }

    public string PlaylistPath => _folder + "index.m3u8";

    public string Url => _source.Url(PlaylistPath);

    /// <summary>Adds a segment at the end and drops the oldest once the window is full.</summary>
    public void Add(byte[] segment, bool isDiscontinuous = false)
    {
        lock (_lock)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{_names++}.ts");
            _source.On(_folder + name, _guard(Answers.Bytes(segment, "video/mp2t")));
            _window.Add(new Segment(_next++, name, isDiscontinuous));
            if (_window.Count > _length)
                _window.RemoveAt(0);
        }
    }

    /// <summary>Empties the window and counts from a number again, as a source does whose packager was started anew.</summary>
    public void Restart(long number = 0)
    {
        lock (_lock)
        {
            _window.Clear();
            _next = number;
        }
    }

    /// <summary>Writes EXT-X-ENDLIST from now on.</summary>
    public void End()
    {
        lock (_lock)
            _hasEnded = true;
    }

    private string Playlist()
    {
        lock (_lock)
        {
            var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:3\n");
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{(int)Math.Ceiling(_duration.TotalSeconds)}\n");
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA-SEQUENCE:{(_window.Count > 0 ? _window[0].Number : 0)}\n");
            foreach (var segment in _window)
            {
                if (segment.IsDiscontinuous)
                    text.Append("#EXT-X-DISCONTINUITY\n");
                text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{_duration.TotalSeconds:0.000},\n{segment.Name}\n");
            }
            if (_hasEnded)
                text.Append("#EXT-X-ENDLIST\n");
            return text.ToString();
        }
    }

    private sealed record Segment(long Number, string Name, bool IsDiscontinuous);
}
