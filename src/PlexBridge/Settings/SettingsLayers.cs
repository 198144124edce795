using System.Text.Json;
using PlexBridge.Storage;

namespace PlexBridge.Settings;

/// <summary>Reads the layers that are no database: environment and plexbridge.json.</summary>
internal static class SettingsLayers
{
    private const string Example = """{"lineup":{"limit":480}}""";
    private const string EnvironmentPrefix = "PLEXBRIDGE_";

    // Names with our prefix that are no settings.
    private static readonly string[] OtherEnvironmentNames = ["PLEXBRIDGE_DATA"];

    private static readonly JsonDocumentOptions FileOptions = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static SettingsLayer FromEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in environment)
        {
            if (!name.StartsWith(EnvironmentPrefix, StringComparison.Ordinal) || OtherEnvironmentNames.Contains(name)) continue;
            var setting = SettingsCatalog.All.FirstOrDefault(setting => setting.EnvironmentName == name);
            // Unknown names stay as they are written: the warning quotes them.
            values[setting?.Key ?? name] = value;
        }

        // The name that ffmpeg's path had before there were settings; our own is stronger.
        if (environment.TryGetValue("FFMPEG_PATH", out var ffmpeg) && ffmpeg.Length > 0) values.TryAdd(SettingsCatalog.FfmpegPath.Key, ffmpeg);
        return new(SettingOrigin.Environment, null, values);
    }

    /// <summary>The file's layer; without values where there is no file.</summary>
    /// <exception cref="SettingsException">The file cannot be read or is no JSON object.</exception>
    public static SettingsLayer FromFile(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!FolderOwner.IsRegularOrMissing(path))
            throw new SettingsException($"The settings file {path} is no regular file but a folder, a pipe or a device. Move it away, or put a file there with for example {Example}.");
        if (!File.Exists(path)) return new(SettingOrigin.File, path, values);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), FileOptions);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new SettingsException($"The settings file {path} is no JSON object. Write for example {Example}.");
            Flatten(document.RootElement, "", values);
        }
        catch (JsonException fault)
        {
            throw new SettingsException(
                $"The settings file {path} is not valid JSON near line {fault.LineNumber + 1}. Correct it or move it away.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The settings file {path} cannot be read: {fault.Message} Make it readable or move it away.", fault);
        }

        return new(SettingOrigin.File, path, values);
    }

    private static void Flatten(JsonElement element, string key, Dictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    Flatten(property.Value, key.Length == 0 ? property.Name : key + "." + property.Name, values);
                break;
            case JsonValueKind.Array:
                values[key] = string.Join(", ", element.EnumerateArray().Select(Write));
                break;
            case JsonValueKind.Null:
                break;
            default:
                values[key] = Write(element);
                break;
        }
    }

    private static string Write(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
}
