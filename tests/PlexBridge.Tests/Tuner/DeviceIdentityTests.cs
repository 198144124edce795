using PlexBridge.Formats.HdHomeRun;
using PlexBridge.Storage;
using PlexBridge.Tests.Storage;
using PlexBridge.Tuner;

namespace PlexBridge.Tests.Tuner;

public sealed class DeviceIdentityTests
{
    [Fact]
    public async Task The_identity_is_made_once_and_kept_for_good()
    {
        using var folder = new TemporaryFolder();
        DeviceIdentity first;
        await using (var database = await Database.OpenAsync(folder.Data))
        {
            first = await DeviceIdentity.LoadAsync(database, CancellationToken.None);
            Assert.Equal(first, await DeviceIdentity.LoadAsync(database, CancellationToken.None));
        }
        await using (var database = await Database.OpenAsync(folder.Data))
            Assert.Equal(first, await DeviceIdentity.LoadAsync(database, CancellationToken.None));

        Assert.Equal(0x105u, first.DeviceId.Value >> 20);
        Assert.True(DeviceId.HasValidChecksum(first.DeviceId.Value));
        Assert.Matches("^[A-Za-z0-9_-]{24}$", first.DeviceAuth);
        Assert.NotEqual(Guid.Empty, first.Uuid);
    }

    [Fact]
    public async Task Two_appliances_differ()
    {
        using var one = new TemporaryFolder();
        using var other = new TemporaryFolder();
        await using var first = await Database.OpenAsync(one.Data);
        await using var second = await Database.OpenAsync(other.Data);
        var (a, b) = (await DeviceIdentity.LoadAsync(first, CancellationToken.None), await DeviceIdentity.LoadAsync(second, CancellationToken.None));
        Assert.NotEqual(a.DeviceAuth, b.DeviceAuth);
        Assert.NotEqual(a.Uuid, b.Uuid);
    }

    [Theory]
    [InlineData("device.id", "12345678")]
    [InlineData("device.auth", "short")]
    [InlineData("uuid", "12345678")]
    public async Task A_damaged_identity_is_never_replaced_in_silence(string key, string value)
    {
        using var folder = new TemporaryFolder();
        await using var database = await Database.OpenAsync(folder.Data);
        await DeviceIdentity.LoadAsync(database, CancellationToken.None);
        await database.WriteAsync(
            connection => connection.Execute("UPDATE identity SET value = @value WHERE key = @key", ("@key", key), ("@value", value)), CancellationToken.None);

        var fault = await Assert.ThrowsAsync<StorageException>(() => DeviceIdentity.LoadAsync(database, CancellationToken.None));

        Assert.Contains(key, fault.Message, StringComparison.Ordinal);
    }
}
