using System.Runtime.InteropServices;

namespace PlexBridge.Formats.MpegTs;

/// <summary>The fields that all long PSI sections have in common.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PsiSection(int Id, int Version, int Number, int LastNumber)
{
    private const int HeadLength = 8;
    private const int ChecksumLength = 4;

    /// <summary>Checks table id, length, checksum and current_next, and splits the section into head and body.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> section, byte tableId, out PsiSection head, out ReadOnlySpan<byte> body)
    {
        head = default;
        body = default;
        if (section.Length < HeadLength + ChecksumLength || section[0] != tableId || (section[1] & 0x80) == 0)
            return false;
        var length = 3 + (((section[1] & 0x0F) << 8) | section[2]);
        var isCurrent = (section[5] & 1) != 0;
        if (length != section.Length || !isCurrent || Crc32Mpeg.Compute(section) != 0)
            return false;
        head = new PsiSection((section[3] << 8) | section[4], (section[5] >> 1) & 0x1F, section[6], section[7]);
        body = section[HeadLength..^ChecksumLength];
        return true;
    }
}
