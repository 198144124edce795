using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PlexBridge.Storage;

/// <summary>Lets a verb run by root act as the data folder's owner, so that it leaves no files that the appliance can't use.</summary>
internal static partial class FolderOwner
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint UserAndGroup = 0x8 | 0x10; // STATX_UID | STATX_GID

    // struct statx has the same layout on every architecture: 256 bytes, uid and gid at 20 and 24.
    private const int StatxSize = 256;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;
    private const uint Kind = 0x1; // STATX_TYPE
    private const int KindMask = 0xF000; // S_IFMT
    private const int RegularFile = 0x8000; // S_IFREG

    /// <summary>
    /// Becomes the folder's owner, for good and for the whole process. Does nothing unless this process is root's and the
    /// folder exists and belongs to somebody else.
    /// </summary>
    /// <exception cref="StorageException">The kernel refuses.</exception>
    public static void TakeOn(DataFolder folder)
    {
        if (EffectiveUser() != 0 || Find(folder.Path) is not { } owner || owner.User == 0) return;
        // Groups first, the user last: afterwards there is no right left to change groups.
        if (SetGroups(0, 0) != 0 || SetGroup(owner.Group, owner.Group, owner.Group) != 0 || SetUser(owner.User, owner.User, owner.User) != 0)
            throw new StorageException(
                $"This verb was run by root and could not become the owner (uid {owner.User}) of {folder.Path}: error {Marshal.GetLastPInvokeError()}. " +
                "Run it as that user.");
    }

    /// <summary>The owner of a file or folder; null where it can't be asked.</summary>
    public static (uint User, uint Group)? Find(string path)
    {
        Span<byte> answer = stackalloc byte[StatxSize];
        if (Statx(CurrentFolder, path, 0, UserAndGroup, answer) != 0) return null;
        return (Read(answer, UserOffset), Read(answer, GroupOffset));

        static uint Read(ReadOnlySpan<byte> bytes, int offset) => BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..])
            : BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);
    }

    /// <summary>False for what exists but is no regular file: opening a pipe would wait for a writer for ever.</summary>
    public static bool IsRegularOrMissing(string path)
    {
        Span<byte> answer = stackalloc byte[StatxSize];
        if (Statx(CurrentFolder, path, 0, Kind, answer) != 0) return true;
        var mode = BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(answer[ModeOffset..]) : BinaryPrimitives.ReadUInt16BigEndian(answer[ModeOffset..]);
        return (mode & KindMask) == RegularFile;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nint count, nint list);

    // The C library's functions, not the bare calls: only they change every thread of the process.
    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int SetGroup(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int SetUser(uint real, uint effective, uint saved);
}
