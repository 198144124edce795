namespace PlexBridge.Streaming;

/// <summary>Why a session ended. Recorded before anything is cancelled.</summary>
public enum StreamEnd
{
    /// <summary>It still runs.</summary>
    None,

    /// <summary>The viewer closed the connection.</summary>
    ViewerLeft,

    /// <summary>The viewer asked for a duration and it is over.</summary>
    DurationReached,

    /// <summary>The viewer read too slowly for too long.</summary>
    ViewerTooSlow,

    /// <summary>No stream of the channel delivered any more within the outage limit.</summary>
    SourceLost,

    /// <summary>The stream came back with other codecs than the viewer was told.</summary>
    CodecChanged,

    /// <summary>The appliance stops.</summary>
    Shutdown,

    /// <summary>The viewer never got a first byte: the tune failed.</summary>
    TuneFailed,
}

/// <summary>Why a viewer gets no stream; each is an error of an HDHomeRun.</summary>
public enum StreamRefusal
{
    /// <summary>803: the appliance is stopping or not ready.</summary>
    SystemBusy,

    /// <summary>804: the tuner that was asked for is taken.</summary>
    TunerInUse,

    /// <summary>805: every tuner, or every connection the source allows, is taken.</summary>
    AllTunersInUse,

    /// <summary>806: no stream of the channel could be opened.</summary>
    TuneFailed,

    /// <summary>807: a stream was opened, and no picture or sound came in time.</summary>
    NoVideoData,
}

/// <summary>What came of asking for a stream.</summary>
public abstract record OpenResult
{
    private OpenResult()
    {
    }

    /// <summary>A session that has its first bytes ready. The caller owns it.</summary>
    public sealed record Opened(RelaySession Session) : OpenResult;

    /// <summary>No stream, and why, fit for a person.</summary>
    public sealed record Refused(StreamRefusal Refusal, string Detail) : OpenResult;
}
