using PlexBridge.Settings;
using PlexBridge.Storage;

namespace PlexBridge.Cli;

/// <summary>What `serve` was asked for.</summary>
/// <param name="Settings">All layers but the database, which the appliance opens itself.</param>
/// <param name="IsDemo">Adds three test-pattern channels.</param>
internal sealed record ServeOptions(DataFolder Folder, SettingsSources Settings, bool IsDemo, Terminal Terminal);

/// <summary>What `probe` was asked for.</summary>
internal sealed record ProbeOptions(string Url, string? UserAgent, SettingsSnapshot Settings, bool WantsJson, Terminal Terminal);

/// <summary>What stands above the command line and is handed in by Program.cs. Each returns the exit code.</summary>
internal sealed record VerbSeams
{
    /// <summary>Runs the appliance until the token is cancelled by SIGTERM or SIGINT.</summary>
    public required Func<ServeOptions, CancellationToken, Task<int>> ServeAsync { get; init; }

    /// <summary>Opens a stream as the relay would and reports on it.</summary>
    public required Func<ProbeOptions, CancellationToken, Task<int>> ProbeAsync { get; init; }
}
