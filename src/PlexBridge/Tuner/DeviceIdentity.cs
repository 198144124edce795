using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using PlexBridge.Formats.HdHomeRun;
using PlexBridge.Storage;

namespace PlexBridge.Tuner;

/// <summary>Who the tuner is. Made once and kept for good: clients know their device, channels and recordings by it.</summary>
/// <param name="DeviceAuth">24 characters that the vendor's cloud would know a device by; random here.</param>
/// <param name="Uuid">Names the device in UPnP.</param>
internal sealed record DeviceIdentity(DeviceId DeviceId, string DeviceAuth, Guid Uuid)
{
    private const string DeviceIdKey = "device.id";
    private const string DeviceAuthKey = "device.auth";
    private const string UuidKey = "uuid";
    private const int DeviceAuthBytes = 18;

    /// <summary>Reads the identity; the first time, makes it.</summary>
    /// <exception cref="StorageException">What is stored is no identity.</exception>
    public static Task<DeviceIdentity> LoadAsync(Database database, CancellationToken cancellationToken) =>
        database.WriteAsync(connection =>
        {
            var id = ReadOrMake(connection, DeviceIdKey, () => DeviceId.Generate(RandomSixteenBits).ToString());
            var auth = ReadOrMake(connection, DeviceAuthKey, () => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(DeviceAuthBytes)));
            var uuid = ReadOrMake(connection, UuidKey, () => Guid.NewGuid().ToString("D"));
            if (!DeviceId.TryParse(id, out var deviceId))
                throw Damaged(DeviceIdKey, id);
            if (auth.Length != 24 || !auth.All(char.IsAscii))
                throw Damaged(DeviceAuthKey, auth);
            if (!Guid.TryParseExact(uuid, "D", out var guid))
                throw Damaged(UuidKey, uuid);
            return new DeviceIdentity(deviceId, auth, guid);
        }, cancellationToken);

    private static string ReadOrMake(DbConnection connection, string key, Func<string> make)
    {
        if (connection.Text("SELECT value FROM identity WHERE key = @key", ("@key", key)) is { } value)
            return value;
        var made = make();
        connection.Execute("INSERT INTO identity (key, value) VALUES (@key, @value)", ("@key", key), ("@value", made));
        return made;
    }

    private static ushort RandomSixteenBits() => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);

    private static StorageException Damaged(string key, string value) => new(
        $"The stored identity '{key}' is damaged ('{value}'). Put a backup of the database in its place, or delete that row of the table identity: clients will then see a new device.");
}
