using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>A <see cref="PeerFactAttribute"/> with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute(params string[] programs)
    {
        if (!File.Exists(TestPaths.Binary))
            Skip = "there is no dist/plexbridge: make publish";
        if (programs.FirstOrDefault(program => Programs.Find(program) is null) is { } missing)
            Skip = $"{missing} is not installed";
    }
}
