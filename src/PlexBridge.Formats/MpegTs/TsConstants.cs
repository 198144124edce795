namespace PlexBridge.Formats.MpegTs;

/// <summary>Fixed numbers of ISO/IEC 13818-1: packet geometry, well-known PIDs and clock rates.</summary>
public static class TsConstants
{
    /// <summary>Bytes of a transport packet, sync byte included.</summary>
    public const int PacketSize = 188;

    /// <summary>The first byte of every packet.</summary>
    public const byte SyncByte = 0x47;

    /// <summary>Number of possible PIDs (13 bits).</summary>
    public const int PidCount = 0x2000;

    /// <summary>Program association table.</summary>
    public const int PatPid = 0x0000;

    /// <summary>Conditional access table.</summary>
    public const int CatPid = 0x0001;

    /// <summary>DVB network information table.</summary>
    public const int NitPid = 0x0010;

    /// <summary>DVB service description table.</summary>
    public const int SdtPid = 0x0011;

    /// <summary>DVB event information table.</summary>
    public const int EitPid = 0x0012;

    /// <summary>DVB time tables.</summary>
    public const int TdtPid = 0x0014;

    /// <summary>ATSC's program and system information.</summary>
    public const int PsipPid = 0x1FFB;

    /// <summary>Null packets: stuffing without meaning.</summary>
    public const int NullPid = 0x1FFF;

    /// <summary>Ticks per second of PTS and DTS.</summary>
    public const long TimestampFrequency = 90_000;

    /// <summary>Ticks per second of the PCR.</summary>
    public const long PcrFrequency = 27_000_000;
}
