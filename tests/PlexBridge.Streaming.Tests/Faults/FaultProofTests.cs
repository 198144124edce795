using System.Globalization;

namespace PlexBridge.Streaming.Tests.Faults;

/// <summary>
/// The proof that a stream never breaks: random faults over a primary and its backups, on a clock that the tests move.
/// PLEXBRIDGE_FAULTS says how many (60 unless told; `make soak` does 1,000), PLEXBRIDGE_SEED from which seed.
/// </summary>
public sealed class FaultProofTests
{
    private const int FaultsPerRun = 10;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(Setting("PLEXBRIDGE_SEED", 1), Setting("PLEXBRIDGE_FAULTS", 60) / FaultsPerRun)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_viewer_sees_one_unbroken_stream_over_any_faults(int seed)
    {
        var random = new Random(seed);

        await ExpectUnbrokenAsync(seed, [.. Enumerable.Range(0, FaultsPerRun).Select(_ => FaultKinds.All[random.Next(FaultKinds.All.Length)])]);
    }

    public static TheoryData<string> Kinds => [.. FaultKinds.All.Select(kind => kind.ToString())];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_viewer_sees_one_unbroken_stream_over_each_kind_of_fault(string kind)
    {
        var fault = Enum.Parse<FaultKind>(kind);

        await ExpectUnbrokenAsync(1000 + (int)fault, [fault, fault]);
    }

    private static async Task ExpectUnbrokenAsync(int seed, FaultKind[] faults)
    {
        await using var run = new FaultRun(seed);

        await run.GoAsync(faults);

        Assert.True(run.Wrong.Count == 0, $"seed {seed}: {string.Join("; ", run.Faults)}\n{string.Join('\n', run.Wrong)}\n{string.Join('\n', run.Sources.Select(source => $"{source.Opening} {source.Stream} {source.Options}"))}");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
