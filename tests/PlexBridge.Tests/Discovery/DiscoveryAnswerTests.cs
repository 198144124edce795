using System.Net;
using PlexBridge.Discovery;
using PlexBridge.Formats.HdHomeRun;
using PlexBridge.Settings;
using PlexBridge.Testing;
using PlexBridge.Tests.Accounts;
using PlexBridge.Tuner;

namespace PlexBridge.Tests.Discovery;

public sealed class DiscoveryAnswerTests
{
    private const string Wildcard = "0002000c0104ffffffff0204ffffffff73cc7d8f";

    private static readonly DeviceIdentity Identity = new(DeviceId.From(0x10401233), new string('A', 24), Guid.Empty);

    [Fact]
    public void The_golden_request_gets_the_golden_reply() => Assert.Equal(
        "0003005f0104000000010204104012332b18" + string.Concat(Enumerable.Repeat("41", 24))
            + "2a13687474703a2f2f3139322e302e322e323a3830100102271f687474703a2f2f3139322e302e322e323a38302f6c696e6575702e6a736f6e357f9619",
        Ask(Wildcard, local: "192.0.2.2", http: "0.0.0.0:80", settings: (SettingsCatalog.TunerCount, "2")));

    [Theory]
    [InlineData("0.0.0.0:5004", "192.168.1.2", true)]
    [InlineData("[::]:5004", "192.168.1.2", true)]
    [InlineData("192.168.1.2:5004", "192.168.1.2", true)]
    [InlineData("127.0.0.1:5004", "192.168.1.2", false)]
    [InlineData("192.168.1.2:5004", "10.0.0.2", false)]
    [InlineData(null, "192.168.1.2", false)]
    public void An_address_that_does_not_answer_http_is_not_given_out(string? http, string local, bool isAnswered) =>
        Assert.Equal(isAnswered, Ask(Wildcard, local: local, http: http).Length > 0);

    [Theory]
    [InlineData("192.168.1.9", true)]
    [InlineData("203.0.113.9", false)]
    public void Only_allowed_networks_get_an_answer(string sender, bool isAnswered) =>
        Assert.Equal(isAnswered, Ask(Wildcard, sender).Length > 0);

    [Fact]
    public void A_wrong_checksum_gets_no_answer() => Assert.Empty(Ask(Wildcard[..^2] + "00"));

    [Fact]
    public void A_search_for_something_else_gets_the_list_of_types_that_real_devices_add()
    {
        // Storage only, made by the 2025 library's rules: type 5, no id.
        byte[] covered = [0, 2, 0, 6, 1, 4, 0, 0, 0, 5];
        var reply = Ask(Convert.ToHexString([.. covered, .. BitConverter.GetBytes(Ieee(covered))]));
        Assert.StartsWith("0003", reply, StringComparison.Ordinal);
        Assert.StartsWith("010400000001" + "2d0400000001" + "0204", reply[8..], StringComparison.Ordinal);
    }

    [Fact]
    public void Rubbish_never_throws_and_costs_no_answer()
    {
        var answer = Answer("0.0.0.0:5004");
        var random = new Random(7);
        var reply = new byte[DiscoveryPacket.MaxLength];
        for (var round = 0; round < 20_000; round++)
        {
            var datagram = new byte[random.Next(DiscoveryPacket.MaxLength + 2)];
            random.NextBytes(datagram);
            Assert.Equal(0, answer.Write(datagram, IPAddress.Loopback, IPAddress.Loopback, reply));
        }
        Assert.True(answer.Write(Convert.FromHexString(Wildcard), IPAddress.Loopback, IPAddress.Loopback, reply) > 0);
    }

    private static string Ask(
        string datagram, string sender = "192.168.1.9", string local = "192.168.1.2", string? http = "0.0.0.0:5004", (Setting, string)? settings = null)
    {
        var reply = new byte[DiscoveryPacket.MaxLength];
        var length = Answer(http, settings).Write(Convert.FromHexString(datagram), IPAddress.Parse(sender), IPAddress.Parse(local), reply);
        return Convert.ToHexStringLower(reply.AsSpan(0, length));
    }

    private static DiscoveryAnswer Answer(string? http, (Setting, string)? settings = null) => new(
        Identity, settings is { } one ? TestSettings.Holder(one) : TestSettings.Holder(), new ManualTimeProvider(),
        () => http is null ? null : IPEndPoint.Parse(http));

    private static uint Ieee(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
