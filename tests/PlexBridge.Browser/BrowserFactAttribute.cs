using PlexBridge.Testing;

namespace PlexBridge.Browser;

/// <summary>A test that needs the published binary and chromium; skipped, saying so, where one is missing. `make test` brings both.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute(params string[] programs)
    {
        if (!File.Exists(TestPaths.Binary))
            Skip = "there is no dist/plexbridge: make publish";
        else if (programs.Append(Chromium.Program).FirstOrDefault(program => Programs.Find(program) is null) is { } missing)
            Skip = $"{missing} is not installed";
    }
}
