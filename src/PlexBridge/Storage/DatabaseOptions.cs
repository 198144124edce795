namespace PlexBridge.Storage;

/// <summary>How a database is opened; the defaults are what the appliance and its verbs use.</summary>
internal sealed record DatabaseOptions
{
    /// <summary>How long to wait for another process that writes. Whole seconds.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The schema's steps, in order; tests give others.</summary>
    public IReadOnlyList<Migration> Migrations { get; init; } = Storage.Migrations.All;
}
