using System.Net.NetworkInformation;
using System.Net.Sockets;
using PlexBridge.Storage;

namespace PlexBridge.Cli.Checks;

/// <summary>The machine around: network interfaces, clock, zone data.</summary>
internal static class MachineCheck
{
    // Older than this program: a board without a battery that has not asked a time server yet.
    private static readonly DateTimeOffset Earliest = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IEnumerable<CheckLine> Run(DataFolder folder, TimeProvider timeProvider)
    {
        yield return CheckInterfaces();
        yield return CheckClock(folder, timeProvider);
        yield return TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out _)
            ? CheckLine.Ok("zone data", "present")
            : CheckLine.Warn("zone data", "Missing: times with named zones are read as UTC. Install it: apt install tzdata");
    }

    private static CheckLine CheckInterfaces()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses
                .Where(unicast => unicast.Address.AddressFamily == AddressFamily.InterNetwork)
                .Select(unicast => $"{network.Name} {unicast.Address}"))
            .ToList();
        return addresses.Count > 0
            ? CheckLine.Ok("network", string.Join(", ", addresses))
            : CheckLine.Warn("network", "No interface with an IPv4 address is up: only this machine can use the tuner.");
    }

    private static CheckLine CheckClock(DataFolder folder, TimeProvider timeProvider)
    {
        var now = timeProvider.GetUtcNow();
        if (now < Earliest)
            return CheckLine.Fail("clock", $"It says {now:yyyy-MM-dd}, which is past: guides and certificates will fail. Set it, or let a time server do so.");
        if (File.Exists(folder.DatabasePath) && File.GetLastWriteTimeUtc(folder.DatabasePath) > now.UtcDateTime.AddMinutes(5))
            return CheckLine.Warn("clock", $"It says {now:yyyy-MM-dd HH:mm}Z, earlier than the database was written: it went back. Check it.");
        return CheckLine.Ok("clock", $"{now:yyyy-MM-dd HH:mm}Z");
    }
}
