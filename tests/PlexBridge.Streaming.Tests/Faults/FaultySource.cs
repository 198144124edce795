using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Faults;

/// <summary>One connection to a stream of the channel under test: what it was asked to deliver, and what it delivered.</summary>
internal sealed class FaultySource(int opening, string stream, TsGeneratorOptions options)
{
    private readonly TsGenerator _generator = new(options);

    public int Opening { get; } = opening;

    public string Stream { get; } = stream;

    public TsGeneratorOptions Options { get; } = options;

    public ScriptedUpstream Upstream { get; } = new();

    /// <summary>What its units are stamped with: one number for each stretch between two jumps.</summary>
    public List<int> Tags { get; } = [options.Tag];

    /// <summary>Decoding time of its first random-access point; null before that was sent.</summary>
    public long? FirstKey { get; private set; }

    /// <summary>Decoding time of the last picture that was sent whole and undamaged.</summary>
    public long LastPicture { get; private set; }

    /// <summary>It lost packets on the way, so that units of it may be torn or missing.</summary>
    public bool HasLoss { get; set; }

    public TsGenerator Generator => _generator;

    public long FrameTicks => TsConstants.TimestampFrequency / Options.FramesPerSecond;

    public int[] ShownPids => [Options.VideoPid, Options.AudioPid!.Value];

    /// <summary>Some frames, sound and all.</summary>
    public byte[] Frames(int count)
    {
        var all = new List<byte>();
        for (var index = 0; index < count; index++)
        {
            if (_generator.IsAtKey)
                FirstKey ??= _generator.NextTimestamp;
            LastPicture = _generator.NextTimestamp;
            all.AddRange(_generator.Frames(1));
        }

        return [.. all];
    }

    /// <summary>So many seconds of frames.</summary>
    public byte[] Play(double seconds) => Frames((int)Math.Round(seconds * Options.FramesPerSecond));

    /// <summary>The clocks go on elsewhere, and what follows is stamped anew.</summary>
    public void JumpTo(long timestamp, int tag)
    {
        _generator.JumpTo(timestamp);
        _generator.Tag = tag;
        Tags.Add(tag);
    }
}
