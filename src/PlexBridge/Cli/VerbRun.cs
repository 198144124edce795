using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PlexBridge.Settings;
using PlexBridge.Storage;

namespace PlexBridge.Cli;

/// <summary>One run of one verb: what was typed, where the data lies, where answers go.</summary>
internal sealed class VerbRun(ParseResult parsed, SharedOptions shared, Terminal terminal)
{
    public Terminal Terminal { get; } = terminal;

    public DataFolder Folder { get; } = DataFolder.Choose(parsed.GetValue(shared.Data), terminal.Environment);

    public bool WantsJson { get; } = parsed.GetValue(shared.Json);

    public SettingsSources Settings => new(Folder, shared.ReadSettings(parsed), Terminal.Environment);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Opens the database as the folder's owner, whether or not the appliance is running.</summary>
    public Task<Database> OpenAsync(CancellationToken cancellationToken)
    {
        FolderOwner.TakeOn(Folder);
        return Database.OpenAsync(Folder, cancellationToken: cancellationToken);
    }

    /// <summary>After a write: a running appliance takes it up now.</summary>
    public Task AnnounceChangeAsync(CancellationToken cancellationToken) => ControlClient.AnnounceChangeAsync(Folder, cancellationToken);

    public Task SayAsync(string line) => Terminal.Output.WriteLineAsync(line);

    public Task WriteJsonAsync<T>(T value, JsonTypeInfo<T> type) => Terminal.Output.WriteLineAsync(JsonSerializer.Serialize(value, type));

    /// <summary>One clear line on stderr, and the exit code of failure.</summary>
    public async Task<int> FailAsync(string sentence)
    {
        await Terminal.Error.WriteLineAsync(sentence);
        return ExitCode.Failed;
    }
}
