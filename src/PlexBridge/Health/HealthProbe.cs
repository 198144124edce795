namespace PlexBridge.Health;

/// <summary>How well a service does.</summary>
internal enum HealthState
{
    Healthy,

    /// <summary>The appliance works, with something missing.</summary>
    Degraded,

    /// <summary>The appliance can't do its job.</summary>
    Unhealthy,
}

/// <summary>One service's answer: its state, and a sentence for people.</summary>
internal readonly record struct ServiceHealth(HealthState State, string Detail)
{
    public static ServiceHealth Healthy(string detail) => new(HealthState.Healthy, detail);

    public static ServiceHealth Degraded(string detail) => new(HealthState.Degraded, detail);

    public static ServiceHealth Unhealthy(string detail) => new(HealthState.Unhealthy, detail);
}

/// <summary>Asks one service how it does. A probe that throws counts as unhealthy.</summary>
internal sealed record HealthProbe(string Service, Func<CancellationToken, Task<ServiceHealth>> AskAsync);
