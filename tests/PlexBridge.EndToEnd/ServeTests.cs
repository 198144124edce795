using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PlexBridge.EndToEnd.Kit;
using PlexBridge.Testing;

namespace PlexBridge.EndToEnd;

/// <summary>Starting, answering and stopping.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [PeerFact]
    public async Task Ready_line_names_address_tuner_and_device()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        using var discover = JsonDocument.Parse(await appliance.Client.GetStringAsync("discover.json"));

        Assert.Equal(appliance.DeviceId, discover.RootElement.GetProperty("DeviceID").GetString());
        Assert.Equal(appliance.TunerAddress, appliance.Address.Authority);
        Assert.Equal(JsonValueKind.Number, discover.RootElement.GetProperty("TunerCount").ValueKind);
    }

    [PeerFact]
    public async Task Device_keeps_its_id_over_restarts()
    {
        string first;
        await using (var appliance = await Appliance.ServeAsync(_data.Path))
            first = appliance.DeviceId;

        await using var again = await Appliance.ServeAsync(_data.Path);

        Assert.Equal(first, again.DeviceId);
    }

    [PeerFact]
    public async Task Sigterm_ends_it_gracefully()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        Assert.Equal(0, await appliance.StopAsync());
    }

    [PeerFact]
    public async Task Taken_port_stops_the_start_with_a_sentence()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var ran = await Appliance.RunAsync(_data.Path, "serve", "--listen", $"127.0.0.1:{port}");

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains($"{port}", ran.Errors, StringComparison.Ordinal);
        IsOneSentence(ran.Errors);
    }

    [PeerFact]
    public async Task Data_folder_that_cannot_be_written_stops_the_start_with_a_sentence()
    {
        var file = _data.Write("file", "not a folder");

        var ran = await Appliance.RunAsync(file, "serve", "--listen", "127.0.0.1:0");

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains(file, ran.Errors, StringComparison.Ordinal);
        IsOneSentence(ran.Errors);
    }

    [PeerFact]
    public async Task Corrupt_database_stops_the_start_with_a_sentence_and_stays_as_it_is()
    {
        var database = _data.Write("plexbridge.db", new string('x', 8192));

        var ran = await Appliance.RunAsync(_data.Path, "serve", "--listen", "127.0.0.1:0");

        Assert.Equal(1, ran.ExitCode);
        IsOneSentence(ran.Errors);
        Assert.Equal(new string('x', 8192), await File.ReadAllTextAsync(database));
    }

    [PeerFact]
    public async Task Invalid_setting_of_the_environment_stops_the_start_naming_key_and_value()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PLEXBRIDGE_TUNER_COUNT"] = "plenty" };

        var ran = await Programs.RunAsync(
            TestPaths.Binary, ["serve", "--data", _data.Path, "--listen", "127.0.0.1:0"], TimeSpan.FromSeconds(20), environment: environment);

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("tuner.count", ran.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("plenty", ran.Errors, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Lineup_is_addressed_as_the_client_asked()
    {
        var playlist = _data.Write("one.m3u", "#EXTM3U\n#EXTINF:-1 tvg-chno=\"7\",Seven\nhttp://127.0.0.1:9/7.ts\n");
        var imported = await Appliance.RunAsync(_data.Path, "import", playlist);
        Assert.True(imported.ExitCode == 0, imported.ToString());
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        using var request = new HttpRequestMessage(HttpMethod.Get, "lineup.json");
        request.Headers.Host = $"localhost:{appliance.Address.Port}";
        using var reply = await appliance.Client.SendAsync(request);
        using var lineup = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());

        Assert.Equal($"http://localhost:{appliance.Address.Port}/auto/v7", lineup.RootElement[0].GetProperty("URL").GetString());
    }

    [PeerFact]
    public async Task Foreign_host_name_is_refused()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        using var request = new HttpRequestMessage(HttpMethod.Get, "lineup.json");
        request.Headers.Host = "attacker.example.com";
        using var reply = await appliance.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, reply.StatusCode);
    }

    [PeerFact]
    public async Task Page_and_health_answer()
    {
        await using var appliance = await Appliance.ServeAsync(_data.Path);

        var page = await appliance.Client.GetStringAsync("");
        using var health = await appliance.Client.GetAsync("health");
        using var live = await appliance.Client.GetAsync("live");
        using var ready = await appliance.Client.GetAsync("ready");

        Assert.Contains(appliance.TunerAddress, page, StringComparison.Ordinal);
        Assert.All([health, live, ready], reply => Assert.Equal(HttpStatusCode.OK, reply.StatusCode));
    }

    [PeerFact]
    public async Task Data_folder_and_database_are_for_their_owner_only()
    {
        var folder = _data["fresh"];
        await using var appliance = await Appliance.ServeAsync(folder);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "plexbridge.db")));
    }

    private static void IsOneSentence(string errors)
    {
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", errors, StringComparison.Ordinal);
        Assert.NotEmpty(errors.Trim());
    }
}
