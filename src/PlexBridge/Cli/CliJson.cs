using System.Text.Json.Serialization;

namespace PlexBridge.Cli;

/// <summary>What the verbs answer to scripts. Public: change names only together with contract.md.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<SettingAnswer>))]
[JsonSerializable(typeof(SettingAnswer))]
[JsonSerializable(typeof(ChannelAnswer))]
[JsonSerializable(typeof(IReadOnlyList<GroupAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<ChannelStreamAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<SourceAnswer>))]
[JsonSerializable(typeof(ChangedAnswer))]
[JsonSerializable(typeof(IReadOnlyList<ImportAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<CheckAnswer>))]
[JsonSerializable(typeof(VersionAnswer))]
internal sealed partial class CliJson : JsonSerializerContext;

internal sealed record SettingAnswer(
    string Key, string Value, string Origin, string Place, bool Locked, string Default, string Unit, string Environment, string Help);

internal sealed record ChannelAnswer(
    long Id, string Number, string Name, string Group, string Source, bool Enabled, bool Edited, bool Vanished, int Streams);

internal sealed record ChannelStreamAnswer(long Id, string Name, string Source, string Address, bool Vanished);

internal sealed record GroupAnswer(string Name, int Channels, int Enabled);

internal sealed record SourceAnswer(
    long Id, string Name, string Kind, string Location, string? Interval, int ConnectionLimit, int Priority, bool AllowPrivate,
    IReadOnlyList<string> Headers, int Channels, int Enabled, string? LastOutcome, string? LastMessage, DateTimeOffset? LastRun, DateTimeOffset? NextRefresh);

internal sealed record ChangedAnswer(int Changed);

internal sealed record CheckAnswer(string Status, string Subject, string Text);

internal sealed record VersionAnswer(string Version, string? Commit, string Runtime, string Kind, string Architecture, string Sqlite);
