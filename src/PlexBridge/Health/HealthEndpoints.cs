using System.Buffers;
using System.Text;
using System.Text.Json;
using PlexBridge.Storage;

namespace PlexBridge.Health;

/// <summary>
/// For monitors: /health asks every service and is 503 when one can't do its job; /ready is 200 once the appliance
/// serves and until it stops; /live is 200 as long as the process answers.
/// </summary>
internal sealed class HealthEndpoints(IReadOnlyList<HealthProbe> probes, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/health", Reading, HealthAsync);
        endpoints.MapMethods("/ready", Reading, context => IsServing
            ? SayAsync(context, StatusCodes.Status200OK, "ready")
            : SayAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready"));
        endpoints.MapMethods("/live", Reading, static context => SayAsync(context, StatusCodes.Status200OK, "live"));
    }

    private bool IsServing => lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested;

    private async Task HealthAsync(HttpContext context)
    {
        var answers = await Task.WhenAll(probes.Select(probe => AskAsync(probe, context.RequestAborted)));
        var worst = answers.Length == 0 ? HealthState.Healthy : answers.Max(answer => answer.State);
        var body = new ArrayBufferWriter<byte>(512);
        Write(body, worst, answers);
        var response = context.Response;
        response.StatusCode = worst == HealthState.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await SendAsync(context, "application/json", body.WrittenMemory);
    }

    private async Task<ServiceHealth> AskAsync(HealthProbe probe, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, patience.Token);
        try
        {
            return await probe.AskAsync(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return ServiceHealth.Unhealthy($"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (StorageException fault)
        {
            return ServiceHealth.Unhealthy(fault.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Only messages written for users go out; others could name what is nobody's business.
            return ServiceHealth.Unhealthy($"failed unexpectedly ({fault.GetType().Name})");
        }
    }

    private void Write(IBufferWriter<byte> body, HealthState worst, ServiceHealth[] answers)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("status"u8, Name(worst));
        json.WriteStartObject("services"u8);
        foreach (var (probe, answer) in probes.Zip(answers))
        {
            json.WriteStartObject(probe.Service);
            json.WriteString("status"u8, Name(answer.State));
            json.WriteString("detail"u8, answer.Detail);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Name(HealthState state) => state switch
    {
        HealthState.Healthy => "healthy",
        HealthState.Degraded => "degraded",
        _ => "unhealthy",
    };

    private static Task SayAsync(HttpContext context, int status, string word)
    {
        context.Response.StatusCode = status;
        return SendAsync(context, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(word + "\n"));
    }

    private static async Task SendAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
