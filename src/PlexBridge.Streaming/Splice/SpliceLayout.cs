using System.Collections.Immutable;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming.Splice;

/// <summary>
/// What the relay's own stream consists of, fixed by the first source that delivers: players follow neither PIDs that
/// move nor streams that change their kind. Every later source is fitted in; what has no place is left out.
/// </summary>
/// <remarks>Belongs to the relay's pump; not thread-safe.</remarks>
internal sealed class SpliceLayout
{
    /// <summary>PID of the programme map, as most muxers have it.</summary>
    public const int MapPid = 0x1000;

    /// <summary>PID of the first stream, which also carries the clock.</summary>
    public const int LeadPid = 0x100;

    /// <summary>Longest list of streams that fits into a map section beside its head.</summary>
    private const int LongestList = PsiWriter.LongestSection - 64;

    private readonly List<SpliceTrack> _tracks = [];
    private readonly ReadOnlyMemory<byte> _descriptors;
    private int _listLength;

    private SpliceLayout(ReadOnlyMemory<byte> descriptors) => _descriptors = descriptors;

    /// <summary>The streams; the first is the one by which a decoder starts.</summary>
    public List<SpliceTrack> Tracks => _tracks;

    /// <summary>The stream by which a decoder starts: the picture, or the sound of a radio channel.</summary>
    public SpliceTrack Lead => _tracks[0];

    /// <summary>The map that viewers get.</summary>
    public ProgramMap Map => new(1, 0, LeadPid, _descriptors, [.. _tracks.Select(track => track.Stream)]);

    /// <summary>The layout of a first source; null while its map lists nothing.</summary>
    public static SpliceLayout? Of(ProgramMap source)
    {
        if ((source.Video ?? source.Audio ?? source.Streams.FirstOrDefault()) is not { } lead)
            return null;
        var layout = new SpliceLayout(source.Descriptors.Length < LongestList / 4 ? source.Descriptors : default);
        layout.Add(lead);
        foreach (var stream in source.Streams)
            if (stream.Pid != lead.Pid)
                layout.Add(stream);
        return layout._tracks.Count > 0 ? layout : null;
    }

    /// <summary>Finds a place for the streams of a source.</summary>
    /// <param name="source">The source's map.</param>
    /// <param name="isSame">True for the source that made the layout: it may add streams later, and leave the sound away for a while.</param>
    /// <returns>A track for each stream in the map's order, null where it is left out; null altogether when picture or sound are of other types.</returns>
    public ImmutableArray<SpliceTrack?>? Fit(ProgramMap source, bool isSame)
    {
        var places = new SpliceTrack?[source.Streams.Length];
        foreach (var track in _tracks)
        {
            var place = Find(source, places, track, sameLanguage: true);
            if (place < 0)
                place = Find(source, places, track, sameLanguage: false);
            if (place >= 0)
                places[place] = track;
            else if (track == Lead || (IsFirstSound(track) && !(isSame && source.Audio is null)))
                return null;
        }

        for (var index = 0; isSame && index < places.Length; index++)
            places[index] ??= Add(source.Streams[index]);
        return [.. places];
    }

    /// <summary>Without the first picture and the first sound it wouldn't be the same programme; the rest may be missing.</summary>
    private bool IsFirstSound(SpliceTrack track) => track == _tracks.FirstOrDefault(candidate => candidate.Stream.Codec.IsAudio());

    private static int Find(ProgramMap source, SpliceTrack?[] places, SpliceTrack track, bool sameLanguage)
    {
        for (var index = 0; index < places.Length; index++)
        {
            var stream = source.Streams[index];
            if (places[index] is null && IsSameKind(stream, track.Stream) && (!sameLanguage || stream.Language == track.Stream.Language))
                return index;
        }

        return -1;
    }

    /// <summary>The codec decides where it is known: AC-3 is AC-3 with ATSC's stream type and with DVB's.</summary>
    private static bool IsSameKind(ElementaryStream one, ElementaryStream other) =>
        one.Codec == other.Codec
        && (one.StreamType == other.StreamType || one.Codec is not (StreamCodec.Unknown or StreamCodec.Private or StreamCodec.OtherVideo));

    private SpliceTrack? Add(ElementaryStream stream)
    {
        var length = 5 + stream.Descriptors.Length;
        if (_listLength + _descriptors.Length + length > LongestList)
            return null;
        _listLength += length;
        var track = new SpliceTrack(LeadPid + _tracks.Count, stream);
        _tracks.Add(track);
        return track;
    }
}
