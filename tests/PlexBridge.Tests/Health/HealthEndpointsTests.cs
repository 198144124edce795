using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using PlexBridge.Health;
using PlexBridge.Storage;
using PlexBridge.Testing;

namespace PlexBridge.Tests.Health;

public sealed class HealthEndpointsTests : IAsyncLifetime, IDisposable
{
    private readonly List<HealthProbe> _probes = [];
    private readonly ManualTimeProvider _time = new();
    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        new HealthEndpoints(_probes, _app.Lifetime, _time).Map(_app);
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Each_service_says_how_it_does()
    {
        _probes.Add(Probe("database", () => ServiceHealth.Healthy("readable")));
        _probes.Add(Probe("discovery", () => ServiceHealth.Degraded("UDP port 65001 is taken.")));

        using var reply = await _client.GetAsync("health");
        using var document = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("degraded", document.RootElement.GetProperty("status").GetString());
        var services = document.RootElement.GetProperty("services");
        Assert.Equal("healthy", services.GetProperty("database").GetProperty("status").GetString());
        Assert.Equal("UDP port 65001 is taken.", services.GetProperty("discovery").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Service_that_fails_makes_it_503()
    {
        _probes.Add(Probe("database", () => throw new StorageException("The database is damaged.")));
        _probes.Add(Probe("relay", () => throw new InvalidOperationException("http://secret/")));

        using var reply = await _client.GetAsync("health");
        var body = await reply.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        Assert.Contains("The database is damaged.", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_that_does_not_answer_is_unhealthy()
    {
        var asked = new TaskCompletionSource();
        _probes.Add(new HealthProbe("database", async token =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return default;
        }));

        var asking = _client.GetAsync("health");
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(3));
        using var reply = await asking;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
    }

    [Fact]
    public async Task It_is_live_and_ready_while_it_serves()
    {
        Assert.Equal("live\n", await _client.GetStringAsync("live"));
        Assert.Equal("ready\n", await _client.GetStringAsync("ready"));
    }

    private static HealthProbe Probe(string service, Func<ServiceHealth> ask) => new(service, _ => Task.FromResult(ask()));
}
