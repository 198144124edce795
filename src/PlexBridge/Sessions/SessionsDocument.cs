using System.Text.Json;
using System.Text.Json.Serialization;
using PlexBridge.Streaming;

namespace PlexBridge.Sessions;

/// <summary>The running sessions as one line of JSON: what `sessions --json` prints.</summary>
internal static class SessionsDocument
{
    public static string Write(IReadOnlyList<SessionSnapshot> sessions) =>
        JsonSerializer.Serialize(sessions, SessionsJson.Default.IReadOnlyListSessionSnapshot);
}

/// <summary>Public: change names only together with contract.md.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SessionSnapshot>))]
internal sealed partial class SessionsJson : JsonSerializerContext;
