using System.Globalization;

namespace PlexBridge.Formats.HdHomeRun;

/// <summary>
/// The 32-bit identity of an HDHomeRun device, written as eight upper-case hex digits. Every value of this type but the
/// default has a valid checksum and lies outside the reserved and legacy ranges (protocols 1.4, from libhdhomerun).
/// </summary>
public readonly record struct DeviceId
{
    // Units of the HDHR5 family carry 105 as their first three digits.
    private const uint FamilyPrefix = 0x10500000;
    private static ReadOnlySpan<byte> ChecksumTable => [0xA, 0x5, 0xF, 0x6, 0x7, 0xC, 0x1, 0xB, 0x9, 0x2, 0x8, 0xD, 0x4, 0x3, 0xE, 0x0];

    private DeviceId(uint value) => Value = value;

    /// <summary>The number itself; 0 only in the default value, which stands for no device.</summary>
    public uint Value { get; }

    /// <summary>The id of this number.</summary>
    /// <exception cref="ArgumentException">The number is reserved, legacy or fails its checksum.</exception>
    public static DeviceId From(uint value) => IsUsable(value)
        ? new DeviceId(value)
        : throw new ArgumentException($"{value:X8} is no usable HDHomeRun DeviceID: its checksum fails, or it is reserved or of a legacy range.", nameof(value));

    /// <summary>Reads exactly eight hex digits of either case; false for anything that is not a usable id.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DeviceId id)
    {
        id = default;
        if (text.Length != 8 || !uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || !IsUsable(value))
            return false;
        id = new DeviceId(value);
        return true;
    }

    /// <summary>Makes a new id of the HDHR5 family out of sixteen random bits.</summary>
    /// <param name="random">A source of random numbers; it is asked once.</param>
    public static DeviceId Generate(Func<ushort> random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var unchecked32 = FamilyPrefix | ((uint)random() << 4);
        return new DeviceId(unchecked32 ^ Residue(unchecked32));
    }

    /// <summary>Whether the checksum of the eight digits holds; true for the reserved 00000000 and FFFFFFFF too.</summary>
    public static bool HasValidChecksum(uint value) => Residue(value) == 0;

    /// <summary>Whether clients would speak to this id the way they speak to the first generations of devices.</summary>
    public static bool IsLegacy(uint value) => (value >> 20) switch
    {
        0x101 or 0x102 or 0x103 or 0x111 or 0x121 or 0x122 => true,
        0x100 => value < 0x10040000,
        0x120 => value < 0x12030000,
        _ => false,
    };

    /// <summary>Eight upper-case hex digits.</summary>
    public override string ToString() => Value.ToString("X8", CultureInfo.InvariantCulture);

    private static bool IsUsable(uint value) => value is not (0 or uint.MaxValue) && HasValidChecksum(value) && !IsLegacy(value);

    private static uint Residue(uint value)
    {
        uint residue = 0;
        for (var shift = 28; shift >= 0; shift -= 8)
            residue ^= ChecksumTable[(int)(value >> shift) & 0xF] ^ ((value >> (shift - 4)) & 0xF);
        return residue;
    }
}
