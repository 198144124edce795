using PlexBridge.Testing;

namespace PlexBridge.EndToEnd.Kit;

/// <summary>A test against the published binary and real programs; skipped, saying so, where one is missing. `make test` installs them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute(params string[] programs)
    {
        if (!File.Exists(TestPaths.Binary))
            Skip = "there is no dist/plexbridge: make publish";
        if (programs.FirstOrDefault(program => Programs.Find(program) is null) is { } missing)
            Skip = $"{missing} is not installed";
    }
}

/// <summary>A test of long duration, only for `make soak`.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SoakFactAttribute : FactAttribute
{
    public SoakFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("PLEXBRIDGE_SOAK") != "1")
            Skip = "a long run: make soak";
    }
}

/// <summary>A test that mounts a file system of its own, which takes root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        if (!SmallDisk.IsPossible)
            Skip = "mounting a tmpfs is not allowed here";
    }
}
