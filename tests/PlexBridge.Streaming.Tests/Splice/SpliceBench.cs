using PlexBridge.Streaming.Buffers;
using PlexBridge.Streaming.Splice;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Splice;

/// <summary>A relay's output without the relay: connections are fed by hand, what viewers would get is collected.</summary>
internal sealed class SpliceBench : IDisposable
{
    private readonly MemoryStream _published = new();

    public SpliceBench()
    {
        Writer = new PacketWriter(Blocks) { OnSlice = slice => _published.Write(slice.Span) };
        Output = new SpliceOutput(Writer);
    }

    public ManualTimeProvider Time { get; } = new();

    public TsBlockPool Blocks { get; } = new();

    public PacketWriter Writer { get; }

    public SpliceOutput Output { get; }

    public byte[] Published => _published.ToArray();

    /// <summary>A new connection.</summary>
    public StreamIntake Connect(bool isSame = false, bool inBursts = true) =>
        new(Output, Time, new IntakeOptions(TimeSpan.FromSeconds(4), inBursts, isSame));

    /// <summary>A connection that delivers these bytes and ends.</summary>
    public StreamIntake Play(byte[] bytes, bool isSame = false)
    {
        var intake = Connect(isSame);
        intake.Feed(bytes);
        Output.Abandon();
        return intake;
    }

    /// <summary>Asserts that what was published keeps every promise of a relay.</summary>
    public TsChecker AssertUnbroken()
    {
        var checker = new TsChecker(TsCheckOptions.Relay);
        checker.Feed(Published);
        checker.Complete();
        Assert.Empty(checker.Faults);
        return checker;
    }

    public void Dispose()
    {
        Writer.Dispose();
        _published.Dispose();
    }
}
