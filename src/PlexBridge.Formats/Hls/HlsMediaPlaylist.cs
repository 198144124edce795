using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PlexBridge.Formats.Hls;

/// <summary>A list of segments, moving (live) or complete.</summary>
/// <param name="Address">Where it was finally read from.</param>
/// <param name="Variables">Values of EXT-X-DEFINE.</param>
/// <param name="TargetDuration">Longest segment as announced; the longest listed one when nothing is announced.</param>
/// <param name="MediaSequence">Number of the first segment listed.</param>
/// <param name="DiscontinuitySequence">Discontinuities before the first segment listed.</param>
/// <param name="Segments">The segments; may be empty when a live stream is just starting.</param>
/// <param name="IsEnded">EXT-X-ENDLIST: nothing will follow.</param>
/// <param name="HoldBack">HOLD-BACK of EXT-X-SERVER-CONTROL: how far from the end to start.</param>
/// <param name="StartOffset">TIME-OFFSET of EXT-X-START: from the beginning, or from the end when negative.</param>
public sealed record HlsMediaPlaylist(
    string Address,
    ImmutableDictionary<string, string> Variables,
    TimeSpan TargetDuration,
    long MediaSequence,
    long DiscontinuitySequence,
    ImmutableArray<HlsSegment> Segments,
    bool IsEnded,
    TimeSpan? HoldBack,
    TimeSpan? StartOffset) : HlsPlaylist(Address, Variables)
{
    /// <summary>Number of the segment that will come after the last one listed.</summary>
    public long NextSequence => Segments.IsEmpty ? MediaSequence : Segments[^1].Sequence + 1;

    /// <summary>The scheme that makes the stream unplayable for us, named; null when all keys are usable.</summary>
    public string? DrmName => Segments.Select(segment => segment.Key?.DrmName).FirstOrDefault(name => name is not null);

    /// <summary>The segments are fragmented MP4 (an EXT-X-MAP is in force) or may be; transport streams rarely need a map.</summary>
    public bool HasMap => Segments.Any(segment => segment.Map is not null);

    /// <summary>
    /// Index of the segment to start a live stream with: EXT-X-START, else HOLD-BACK, else three target durations from the
    /// end (RFC 8216, 6.3.3). 0 where the list is shorter than that; -1 where it is empty.
    /// </summary>
    public int IndexOfStart()
    {
        if (StartOffset is { } offset && offset >= TimeSpan.Zero)
            return IndexAt(offset);
        if (IsEnded && StartOffset is null)
            return Segments.IsEmpty ? -1 : 0;
        var distance = StartOffset is { } fromEnd ? fromEnd.Negate() : HoldBack ?? TargetDuration * 3;
        var index = Segments.Length - 1;
        for (var left = distance; index > 0; index--)
        {
            left -= Segments[index].Duration;
            if (left <= TimeSpan.Zero)
                break;
        }

        return index;
    }

    /// <summary>Index of the segment with this number, or of the first later one; -1 when all are earlier.</summary>
    public int IndexOf(long sequence)
    {
        if (Segments.IsEmpty || sequence > Segments[^1].Sequence)
            return -1;
        return (int)Math.Max(0, sequence - Segments[0].Sequence);
    }

    private int IndexAt(TimeSpan offset)
    {
        var index = 0;
        for (; index < Segments.Length - 1 && offset >= Segments[index].Duration; index++)
            offset -= Segments[index].Duration;
        return Segments.IsEmpty ? -1 : index;
    }
}

/// <summary>One segment.</summary>
/// <param name="Address">Where it lies. May carry credentials.</param>
/// <param name="Sequence">Its media sequence number.</param>
/// <param name="DiscontinuitySequence">Segments with the same number share one timeline.</param>
/// <param name="Duration">As announced; zero or wrong from careless sources.</param>
/// <param name="Range">The part of the resource; null for all of it.</param>
/// <param name="Key">How it is encrypted; null when it isn't.</param>
/// <param name="Map">Bytes to read before it; null for most transport streams.</param>
/// <param name="IsDiscontinuity">Timestamps, counters or codecs may jump at its start.</param>
/// <param name="IsGap">It does not exist: don't fetch it.</param>
/// <param name="ProgramDateTime">Wall-clock time of its first sample.</param>
public sealed record HlsSegment(
    string Address,
    long Sequence,
    long DiscontinuitySequence,
    TimeSpan Duration,
    HlsByteRange? Range,
    HlsKey? Key,
    HlsMap? Map,
    bool IsDiscontinuity,
    bool IsGap,
    DateTimeOffset? ProgramDateTime);

/// <summary>A part of a resource.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Number of bytes.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct HlsByteRange(long Offset, long Length)
{
    /// <summary>The byte after the last.</summary>
    public long End => Offset + Length;
}

/// <summary>EXT-X-MAP: an initialization section.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Range">The part of the resource; null for all of it.</param>
/// <param name="Key">The key in force where the tag stands; null when it is clear.</param>
public sealed record HlsMap(string Address, HlsByteRange? Range, HlsKey? Key);
