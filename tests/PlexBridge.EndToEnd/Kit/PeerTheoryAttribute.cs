using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>A <see cref="PeerFactAttribute"/> with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute()
    {
        if (!File.Exists(TestPaths.Binary))
            Skip = "there is no dist/plexbridge: make publish";
    }
}
