using System.Buffers;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>What a <see cref="TsGenerator"/> makes. The same options always give the same bytes.</summary>
public sealed record TsGeneratorOptions
{
    public int ProgramNumber { get; init; } = 1;
    public int TransportStreamId { get; init; } = 1;
    public int MapPid { get; init; } = 0x1000;
    public int VideoPid { get; init; } = 0x100;

    /// <summary>Null for a stream without sound.</summary>
    public int? AudioPid { get; init; } = 0x101;

    /// <summary>H264, Hevc or Mpeg2Video; null for radio.</summary>
    public StreamCodec? Video { get; init; } = StreamCodec.H264;
    public int FramesPerSecond { get; init; } = 25;

    /// <summary>Frames from one random-access point to the next.</summary>
    public int FramesPerGroup { get; init; } = 25;

    /// <summary>Video bits per second, roughly.</summary>
    public int BitsPerSecond { get; init; } = 2_000_000;

    /// <summary>DTS of the first frame in 90 kHz ticks.</summary>
    public long StartTimestamp { get; init; } = 900_000;

    /// <summary>Continuity counter of the first packet of each PID.</summary>
    public int StartCounter { get; init; }

    /// <summary>The first frame's place in its group: 0 begins with a random-access point.</summary>
    public int StartFrame { get; init; }
    public string Language { get; init; } = "eng";

    /// <summary>Say random_access_indicator at random-access points.</summary>
    public bool MarksRandomAccess { get; init; } = true;

    /// <summary>Begin with the tables; off for HLS segments that rely on earlier ones.</summary>
    public bool StartsWithTables { get; init; } = true;
}

/// <summary>
/// Makes transport streams of our own for tests: tables, a picture PID with true NAL types and filler for contents, and a
/// sound PID with true ADTS heads. Valid for checkers and demultiplexers, but not decodable. One thread at a time.
/// </summary>
public sealed class TsGenerator
{
    private const int AudioRate = 48_000;
    private const int SamplesPerAudioFrame = 1024;
    private const int AudioFramesPerPes = 4;
    private const int AudioFrameLength = 192;

    // How far the clock runs behind the decoding times: the decoder's buffer.
    private const long ClockLead = 9_000;

    /// <summary>Two silent AAC channels and the end of the frame, since ffmpeg wants to have decoded some; filler may follow.</summary>
    private static ReadOnlySpan<byte> SilentFrame => [0x21, 0x10, 0x04, 0x60, 0x8C, 0x1C];

    private readonly TsGeneratorOptions _options;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ProgramAssociation _association;
    private readonly ProgramMap _map;
    private readonly int[] _counters = new int[TsConstants.PidCount];
    private long _frame;
    private long _audioUnits;

    public TsGenerator(TsGeneratorOptions? options = null)
    {
        _options = options ?? new TsGeneratorOptions();
        Array.Fill(_counters, _options.StartCounter & 0x0F);
        _association = new ProgramAssociation(
            _options.TransportStreamId, 0, 0, 0, [new ProgramEntry(_options.ProgramNumber, _options.MapPid)]);
        _map = new ProgramMap(_options.ProgramNumber, 0, PcrPid, ReadOnlyMemory<byte>.Empty, [.. Streams()]);
    }

    /// <summary>The PID that carries the clock: the picture's, or the sound's on radio.</summary>
    public int PcrPid => _options.Video is null ? _options.AudioPid!.Value : _options.VideoPid;

    /// <summary>The tables of the stream.</summary>
    public ProgramMap Map => _map;

    /// <summary>Decoding time of the next frame.</summary>
    public long NextTimestamp => PesTimestamp.Add(_options.StartTimestamp, _frame * FrameTicks);

    private long FrameTicks => TsConstants.TimestampFrequency / _options.FramesPerSecond;

    /// <summary>The next frames with their sound and tables, whole packets; goes on where the last call ended.</summary>
    public byte[] Frames(int count)
    {
        _output.ResetWrittenCount();
        for (var index = 0; index < count; index++)
            WriteFrame();
        return _output.WrittenSpan.ToArray();
    }

    /// <summary>The next seconds of the stream.</summary>
    public byte[] Seconds(double seconds) => Frames((int)Math.Round(seconds * _options.FramesPerSecond));

    private void WriteFrame()
    {
        var isKey = (_frame + _options.StartFrame) % _options.FramesPerGroup == 0;
        var tableEvery = Math.Max(1, _options.FramesPerSecond / 12);
        if ((_options.StartsWithTables || _frame > 0) && (isKey || _frame % tableEvery == 0))
            WriteTables();
        var clock = PesTimestamp.Add(NextTimestamp, -ClockLead) * 300;
        if (_options.Video is { } codec)
        {
            var body = TsPictures.Make(codec, isKey, _frame, _options.BitsPerSecond / 8 / _options.FramesPerSecond);
            var pts = PesTimestamp.Add(NextTimestamp, FrameTicks);
            WritePes(_options.VideoPid, 0xE0, body, pts, NextTimestamp, clock, isKey && _options.MarksRandomAccess);
        }

        _frame++;
        if (_options.AudioPid is { } pid)
            WriteAudioUpToHere(pid, clock);
    }

    private void WriteAudioUpToHere(int pid, long clock)
    {
        var elapsed = _frame * FrameTicks;
        const long UnitTicks = TsConstants.TimestampFrequency * SamplesPerAudioFrame * AudioFramesPerPes / AudioRate;
        long? pendingClock = _options.Video is null ? clock : null;
        for (; _audioUnits * UnitTicks < elapsed; _audioUnits++)
        {
            var pts = PesTimestamp.Add(_options.StartTimestamp, (_audioUnits * UnitTicks) + FrameTicks);
            WritePes(pid, 0xC0, AudioUnit(), pts, null, pendingClock, _options.Video is null);
            pendingClock = null;
        }

        if (pendingClock is { } alone)
            WriteClock(pid, alone);
    }

    private byte[] AudioUnit()
    {
        var body = new byte[AudioFrameLength * AudioFramesPerPes];
        for (var at = 0; at < body.Length; at += AudioFrameLength)
        {
            ReadOnlySpan<byte> head =
                [0xFF, 0xF1, 0x4C, (byte)(0x80 | (AudioFrameLength >> 11)), (byte)(AudioFrameLength >> 3), (byte)(((AudioFrameLength & 7) << 5) | 0x1F), 0xFC];
            head.CopyTo(body.AsSpan(at));
            body.AsSpan(at + head.Length, AudioFrameLength - head.Length).Fill((byte)(0x20 + (_audioUnits & 0x0F)));
            SilentFrame.CopyTo(body.AsSpan(at + head.Length));
        }

        return body;
    }

    private void WriteTables()
    {
        Span<byte> section = stackalloc byte[PsiWriter.LongestSection];
        WriteSection(section[..PsiWriter.WriteAssociation(section, _association)], TsConstants.PatPid);
        WriteSection(section[..PsiWriter.WriteMap(section, _map)], _options.MapPid);
    }

    private void WriteSection(ReadOnlySpan<byte> section, int pid)
    {
        Span<byte> packets = stackalloc byte[PsiWriter.CountPackets(section.Length) * TsConstants.PacketSize];
        _output.Write(packets[..PsiWriter.WritePackets(section, pid, ref _counters[pid], packets)]);
    }

    private void WritePes(int pid, byte streamId, byte[] body, long pts, long? dts, long? clock, bool isMarked)
    {
        var pes = TsPesWriter.Make(streamId, body, pts, dts);
        var rest = pes.AsSpan();
        Span<byte> packet = stackalloc byte[TsConstants.PacketSize];
        for (var isFirst = true; !rest.IsEmpty; isFirst = false)
        {
            var taken = TsPesWriter.WritePacket(packet, pid, _counters[pid]++, isFirst, rest, isFirst ? clock : null, isFirst && isMarked);
            rest = rest[taken..];
            _output.Write(packet);
        }
    }

    private void WriteClock(int pid, long clock)
    {
        Span<byte> packet = stackalloc byte[TsConstants.PacketSize];
        TsPacketEdit.WriteDiscontinuity(packet, pid, _counters[pid] - 1);
        packet[5] = 0x10;
        TsPacketEdit.TryWritePcr(packet, clock);
        _output.Write(packet);
    }

    private IEnumerable<ElementaryStream> Streams()
    {
        if (_options.Video is { } codec)
        {
            byte type = codec switch { StreamCodec.H264 => 0x1B, StreamCodec.Hevc => 0x24, StreamCodec.Mpeg2Video => 0x02, _ => throw new NotSupportedException(codec.ToString()) };
            yield return new ElementaryStream(type, _options.VideoPid, codec, null, ReadOnlyMemory<byte>.Empty);
        }

        if (_options.AudioPid is { } pid)
        {
            byte[] language = [0x0A, 4, .. System.Text.Encoding.ASCII.GetBytes(_options.Language), 0];
            yield return new ElementaryStream(0x0F, pid, StreamCodec.Aac, _options.Language, language);
        }
    }
}
