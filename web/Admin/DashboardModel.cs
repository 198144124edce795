namespace PlexBridge.Web.Admin;

/// <summary>The first page: the parts that server-sent events replace one by one, and what stands still.</summary>
public sealed record DashboardModel
{
    /// <summary>The appliance's version.</summary>
    public required string Version { get; init; }

    /// <summary>Where the page's server-sent events come from, relative to the page.</summary>
    public required string EventsAddress { get; init; }

    /// <summary>How to add the tuner to Plex.</summary>
    public required ConnectModel Connect { get; init; }

    /// <summary>Topic <c>warnings</c>.</summary>
    public required IReadOnlyList<WarningModel> Warnings { get; init; }

    /// <summary>Topic <c>tuners</c>.</summary>
    public required IReadOnlyList<TunerModel> Tuners { get; init; }

    /// <summary>Topic <c>sessions</c>.</summary>
    public required IReadOnlyList<SessionModel> Sessions { get; init; }

    /// <summary>Topic <c>sources</c>.</summary>
    public required SourcesModel Sources { get; init; }

    /// <summary>Topic <c>lineup</c>.</summary>
    public required LineupModel Lineup { get; init; }
}

/// <summary>What a person enters in Plex.</summary>
/// <param name="DeviceName">The tuner's name on the network.</param>
/// <param name="DeviceId">Its HDHomeRun device id, eight hexadecimal digits.</param>
/// <param name="Address">Host and port as Plex wants them.</param>
/// <param name="OtherAddresses">The machine's other addresses with the port, when it has several.</param>
/// <param name="IsLoopbackOnly">The address works on this machine only.</param>
/// <param name="GuideAddress">The XMLTV document to enter, null while there is no guide.</param>
public sealed record ConnectModel(string DeviceName, string DeviceId, string Address, IReadOnlyList<string> OtherAddresses, bool IsLoopbackOnly, string? GuideAddress);

/// <summary>One thing that is wrong or worth knowing, and what to do about it.</summary>
/// <param name="IsProblem">Something doesn't work; otherwise something could be better.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Detail">Why, in a sentence.</param>
/// <param name="Remedy">What to do, in a sentence.</param>
/// <param name="Command">The command that does it, null when there is none.</param>
public sealed record WarningModel(bool IsProblem, string Title, string Detail, string Remedy, string? Command);

/// <summary>One tuner slot.</summary>
/// <param name="Number">From 1, as people count.</param>
/// <param name="ChannelNumber">The channel it plays, null when it is free.</param>
/// <param name="ChannelName">That channel's name.</param>
public sealed record TunerModel(int Number, string? ChannelNumber, string? ChannelName);

/// <summary>One viewer of a channel.</summary>
public sealed record SessionModel
{
    /// <summary>The channel's number.</summary>
    public required string ChannelNumber { get; init; }

    /// <summary>The channel's name.</summary>
    public required string ChannelName { get; init; }

    /// <summary>Who watches: an address.</summary>
    public required string Viewer { get; init; }

    /// <summary>The program that watches, shortened for people.</summary>
    public required string Program { get; init; }

    /// <summary>The tuner it holds, from 1; null for one without.</summary>
    public int? Tuner { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Bits per second sent of late.</summary>
    public required long BitsPerSecond { get; init; }

    /// <summary>Such as <c>H.264 · AAC</c>; empty until known.</summary>
    public required string Codecs { get; init; }

    /// <summary>The way in and the stream in use; empty while there is none.</summary>
    public required string Stream { get; init; }

    /// <summary>Bytes the viewer has taken.</summary>
    public required long Bytes { get; init; }

    /// <summary>What happened to the stream so far, such as "2 switches, 3 gaps repaired"; empty when nothing did.</summary>
    public required string Troubles { get; init; }

    /// <summary>The reason of the present fault or else of the last switch; empty without one.</summary>
    public required string Reason { get; init; }

    /// <summary>How many viewers share the upstream, this one included.</summary>
    public required int ViewersOfRelay { get; init; }

    /// <summary>The relay's state in a word, empty when it simply plays.</summary>
    public required string State { get; init; }
}
