using System.Globalization;
using PlexBridge.Channels;
using PlexBridge.Storage;
using PlexBridge.Streaming;

namespace PlexBridge.Health;

/// <summary>The probes of the appliance's services.</summary>
internal static class ServiceProbes
{
    public static HealthProbe Database(Database database) => new("database", async token =>
    {
        await database.ReadChangeCounterAsync(token);
        return ServiceHealth.Healthy("readable");
    });

    public static HealthProbe Lineup(Func<Lineup> lineup) => Of("lineup", () =>
    {
        var current = lineup();
        var published = string.Create(CultureInfo.InvariantCulture, $"{current.Channels.Length} of {current.EnabledCount} enabled channels published");
        return current.Omitted > 0 ? ServiceHealth.Degraded(published) : ServiceHealth.Healthy(published);
    });

    /// <param name="fault">Why clients can't find the tuner, null while they can.</param>
    public static HealthProbe Discovery(Func<string?> fault) => Of("discovery", () =>
        fault() is { } sentence ? ServiceHealth.Degraded(sentence) : ServiceHealth.Healthy("answering"));

    public static HealthProbe Relay(Func<IReadOnlyList<TunerSnapshot>> tuners) => Of("relay", () =>
    {
        var all = tuners();
        return ServiceHealth.Healthy(string.Create(CultureInfo.InvariantCulture, $"{all.Count(tuner => tuner.Session is not null)} of {all.Count} tuners in use"));
    });

    private static HealthProbe Of(string service, Func<ServiceHealth> ask) => new(service, _ => Task.FromResult(ask()));
}
