using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PlexBridge.Discovery;

/// <summary>Which of our addresses a datagram was meant for. Interfaces are read at most every few seconds. Used by one loop only.</summary>
internal sealed class LocalAddresses(TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private List<Assigned> _assigned = [];
    private long? _read;

    /// <summary>
    /// The address of ours that the sender can reach: where the datagram was sent to, or, for a broadcast, what the
    /// interface it came in by has in the sender's network. Null when that interface has no IPv4 address.
    /// </summary>
    public IPAddress? Find(IPPacketInformation packet, IPAddress sender)
    {
        if (_read is null || time.GetElapsedTime(_read.Value) >= KeptFor)
        {
            _assigned = Read();
            _read = time.GetTimestamp();
        }
        // Every address of 127.0.0.0/8 is ours, assigned or not.
        if (IPAddress.IsLoopback(packet.Address) || _assigned.Exists(assigned => assigned.Address.Equals(packet.Address)))
            return packet.Address;
        var ofInterface = _assigned.FindAll(assigned => assigned.InterfaceIndex == packet.Interface);
        return (ofInterface.Find(assigned => assigned.Network.Contains(sender)) ?? ofInterface.FirstOrDefault())?.Address;
    }

    /// <summary>The address others most likely reach this machine by: of the interface that has a gateway, else of any that isn't loopback.</summary>
    public static IPAddress Reachable()
    {
        var up = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(card => card.GetIPProperties())
            .OrderByDescending(properties => properties.GatewayAddresses.Any(gateway => !gateway.Address.Equals(IPAddress.Any)))
            .SelectMany(properties => properties.UnicastAddresses)
            .FirstOrDefault(unicast => unicast.Address.AddressFamily == AddressFamily.InterNetwork);
        return up?.Address ?? IPAddress.Loopback;
    }

    private static List<Assigned> Read()
    {
        var assigned = new List<Assigned>();
        foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
        {
            var properties = card.GetIPProperties();
            foreach (var unicast in properties.UnicastAddresses)
                if (unicast.Address.AddressFamily == AddressFamily.InterNetwork)
                    assigned.Add(new Assigned(properties.GetIPv4Properties().Index, unicast.Address, NetworkOf(unicast)));
        }
        return assigned;
    }

    private static IPNetwork NetworkOf(UnicastIPAddressInformation unicast)
    {
        var mask = BitConverter.ToUInt32(unicast.IPv4Mask.GetAddressBytes());
        var prefix = BitConverter.GetBytes(BitConverter.ToUInt32(unicast.Address.GetAddressBytes()) & mask);
        return new IPNetwork(new IPAddress(prefix), unicast.PrefixLength);
    }

    private sealed record Assigned(int InterfaceIndex, IPAddress Address, IPNetwork Network);
}
