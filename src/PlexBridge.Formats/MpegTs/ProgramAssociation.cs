using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PlexBridge.Formats.MpegTs;

/// <summary>One programme named by a PAT.</summary>
/// <param name="Number">Programme number, 1 to 65535.</param>
/// <param name="MapPid">PID of its programme map table.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProgramEntry(int Number, int MapPid);

/// <summary>A program association section (ISO/IEC 13818-1, 2.4.4.3): which programmes there are and where their maps lie.</summary>
/// <param name="TransportStreamId">Label of the whole stream.</param>
/// <param name="Version">0 to 31; changes with the contents.</param>
/// <param name="SectionNumber">Number of this section.</param>
/// <param name="LastSectionNumber">Number of the last section of this version.</param>
/// <param name="Programs">The programmes; the network entry (number 0) is left out.</param>
public sealed record ProgramAssociation(
    int TransportStreamId, int Version, int SectionNumber, int LastSectionNumber, ImmutableArray<ProgramEntry> Programs)
{
    /// <summary>The table id of a PAT.</summary>
    public const byte TableId = 0x00;

    /// <summary>Reads a whole section with its checksum; null when it is no PAT, is malformed or is not in force yet.</summary>
    public static ProgramAssociation? Parse(ReadOnlySpan<byte> section)
    {
        if (!PsiSection.TryOpen(section, TableId, out var head, out var body))
            return null;
        var programs = ImmutableArray.CreateBuilder<ProgramEntry>(body.Length / 4);
        for (; body.Length >= 4; body = body[4..])
        {
            var number = (body[0] << 8) | body[1];
            if (number != 0)
                programs.Add(new ProgramEntry(number, ((body[2] & 0x1F) << 8) | body[3]));
        }

        return new ProgramAssociation(head.Id, head.Version, head.Number, head.LastNumber, programs.DrainToImmutable());
    }
}
