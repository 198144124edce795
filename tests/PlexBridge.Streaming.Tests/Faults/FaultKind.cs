namespace PlexBridge.Streaming.Tests.Faults;

/// <summary>What befalls a source while a viewer watches.</summary>
internal enum FaultKind
{
    /// <summary>It closes behind a whole unit.</summary>
    Ended,

    /// <summary>It closes in the middle of a PES packet.</summary>
    EndedInsideUnit,

    /// <summary>The connection breaks in the middle of a packet.</summary>
    BrokenInsidePacket,

    /// <summary>It says nothing more, in the middle of a PES packet.</summary>
    Stalled,

    /// <summary>It is encrypted from now on.</summary>
    Scrambled,

    /// <summary>The bytes go on, and the clock stands.</summary>
    FrozenClock,

    /// <summary>Only the sound goes on.</summary>
    NoPicture,

    /// <summary>It ends, and the first backup answers with a page.</summary>
    EndedThenPage,

    /// <summary>It ends, and the first backup refuses.</summary>
    EndedThenRefused,

    /// <summary>It ends, and the first backup delivers bytes of no picture at all.</summary>
    EndedThenSoundOnly,

    // From here on the source goes on, and so does the viewer's stream: no switch.

    /// <summary>Its clocks jump, some seconds ahead or back.</summary>
    Jumps,

    /// <summary>Its clocks start again from 0.</summary>
    StartsAgain,

    /// <summary>Its clocks reach 2^33.</summary>
    Wraps,

    /// <summary>Some of its packets are lost.</summary>
    LosesPackets,
}

internal static class FaultKinds
{
    public static FaultKind[] All { get; } = Enum.GetValues<FaultKind>();

    /// <summary>How many other streams are opened because of it.</summary>
    public static int Openings(this FaultKind kind) => kind switch
    {
        >= FaultKind.Jumps => 0,
        FaultKind.EndedThenPage or FaultKind.EndedThenRefused or FaultKind.EndedThenSoundOnly => 2,
        _ => 1,
    };
}
