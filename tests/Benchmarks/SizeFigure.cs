using PlexBridge.Testing;

namespace PlexBridge.Benchmarks;

/// <summary>The binary's size on disk.</summary>
internal static class SizeFigure
{
    public static Task<IReadOnlyList<Figure>> RunAsync() =>
        Task.FromResult<IReadOnlyList<Figure>>([new Figure("size of the binary", new FileInfo(TestPaths.Binary).Length / 1e6, 24, "MB")]);
}
