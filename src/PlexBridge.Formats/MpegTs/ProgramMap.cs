using System.Collections.Immutable;

namespace PlexBridge.Formats.MpegTs;

/// <summary>One elementary stream of a programme.</summary>
/// <param name="StreamType">stream_type as on the wire.</param>
/// <param name="Pid">PID that carries it.</param>
/// <param name="Codec">What it most likely carries.</param>
/// <param name="Language">ISO 639-2 code in lower case; null when the stream names none.</param>
/// <param name="Descriptors">The stream's descriptors, raw.</param>
public sealed record ElementaryStream(byte StreamType, int Pid, StreamCodec Codec, string? Language, ReadOnlyMemory<byte> Descriptors);

/// <summary>A programme map section (ISO/IEC 13818-1, 2.4.4.8): the streams of one programme.</summary>
/// <param name="ProgramNumber">The programme's number.</param>
/// <param name="Version">0 to 31; changes with the contents.</param>
/// <param name="PcrPid">PID that carries the clock; 0x1FFF for none.</param>
/// <param name="Descriptors">The programme's descriptors, raw.</param>
/// <param name="Streams">The streams in table order.</param>
public sealed record ProgramMap(
    int ProgramNumber, int Version, int PcrPid, ReadOnlyMemory<byte> Descriptors, ImmutableArray<ElementaryStream> Streams)
{
    /// <summary>The table id of a PMT.</summary>
    public const byte TableId = 0x02;

    private const byte LanguageDescriptor = 0x0A;
    private const byte TeletextDescriptor = 0x56;
    private const byte SubtitlingDescriptor = 0x59;

    /// <summary>The first video stream; null for radio.</summary>
    public ElementaryStream? Video => Streams.FirstOrDefault(stream => stream.Codec.IsVideo());

    /// <summary>The first audio stream, if any.</summary>
    public ElementaryStream? Audio => Streams.FirstOrDefault(stream => stream.Codec.IsAudio());

    /// <summary>Reads a whole section with its checksum; null when it is no PMT, is malformed or is not in force yet.</summary>
    public static ProgramMap? Parse(ReadOnlySpan<byte> section)
    {
        if (!PsiSection.TryOpen(section, TableId, out var head, out var body) || body.Length < 4)
            return null;
        var pcrPid = ((body[0] & 0x1F) << 8) | body[1];
        var programLength = ((body[2] & 0x0F) << 8) | body[3];
        if (4 + programLength > body.Length)
            return null;
        var programDescriptors = body.Slice(4, programLength).ToArray();
        body = body[(4 + programLength)..];

        var streams = ImmutableArray.CreateBuilder<ElementaryStream>();
        while (body.Length >= 5)
        {
            var length = ((body[3] & 0x0F) << 8) | body[4];
            if (5 + length > body.Length)
                return null;
            var descriptors = body.Slice(5, length).ToArray();
            streams.Add(new ElementaryStream(
                body[0], ((body[1] & 0x1F) << 8) | body[2], StreamCodecGuess.Of(body[0], descriptors), LanguageOf(descriptors), descriptors));
            body = body[(5 + length)..];
        }

        return new ProgramMap(head.Id, head.Version, pcrPid, programDescriptors, streams.DrainToImmutable());
    }

    private static string? LanguageOf(ReadOnlySpan<byte> descriptors)
    {
        Span<char> code = stackalloc char[3];
        foreach (var descriptor in new Descriptors(descriptors))
        {
            if (descriptor.Tag is not (LanguageDescriptor or TeletextDescriptor or SubtitlingDescriptor) || descriptor.Body.Length < 3)
                continue;
            for (var index = 0; index < code.Length; index++)
                code[index] = (char)(descriptor.Body[index] | 0x20);
            if (!code.ContainsAnyExceptInRange('a', 'z'))
                return new string(code);
        }

        return null;
    }
}
