namespace PlexBridge.Channels;

/// <summary>What a user changes of a channel; null leaves it alone. A refresh leaves alone what was edited.</summary>
internal sealed record ChannelEdit
{
    public ChannelNumber? Number { get; init; }

    public string? Name { get; init; }

    public bool? Enabled { get; init; }

    /// <summary>The primary first, then the backups in order; at least one.</summary>
    public IReadOnlyList<StreamId>? Streams { get; init; }

    public bool IsEmpty => Number is null && Name is null && Enabled is null && Streams is null;
}

/// <summary>How many channels an edit changed, or the sentence why it changed none.</summary>
internal sealed record ChannelEditResult(int Changed, string? Problem)
{
    public static ChannelEditResult Refused(string problem) => new(0, problem);
}
