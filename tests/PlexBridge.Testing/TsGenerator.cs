using System.Buffers;
using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>
/// Makes transport streams of our own for tests: tables, a picture PID with true NAL types and filler for contents, and
/// sound PIDs with true frame heads. Valid for checkers and demultiplexers, but not decodable. Every unit ends with a
/// <see cref="TsStamp"/>. One thread at a time.
/// </summary>
public sealed class TsGenerator
{
    private const int TeletextPerSecond = 5;
    private const byte PrivateStreamId = 0xBD;

    private readonly TsGeneratorOptions _options;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ProgramAssociation _association;
    private readonly int[] _counters = new int[TsConstants.PidCount];
    private readonly int[] _soundPids;
    private long _origin;
    private long _frame;
    private long _audioUnits;

    public TsGenerator(TsGeneratorOptions? options = null)
    {
        _options = options ?? new TsGeneratorOptions();
        Array.Fill(_counters, _options.StartCounter & 0x0F);
        (_origin, Tag) = (_options.StartTimestamp, _options.Tag);
        _soundPids = [.. new[] { _options.AudioPid, _options.SecondAudioPid }.OfType<int>()];
        _association = new ProgramAssociation(
            _options.TransportStreamId, 0, 0, 0, [new ProgramEntry(_options.ProgramNumber, _options.MapPid)]);
        Map = new ProgramMap(_options.ProgramNumber, 0, PcrPid, ReadOnlyMemory<byte>.Empty, [.. Streams()]);
    }

    /// <summary>The PID that carries the clock.</summary>
    public int PcrPid => _options.ClockPid ?? (_options.Video is null ? _options.AudioPid!.Value : _options.VideoPid);

    /// <summary>The tables of the stream.</summary>
    public ProgramMap Map { get; }

    /// <summary>What units are stamped with from now on.</summary>
    public int Tag { get; set; }

    /// <summary>Decoding time of the next frame.</summary>
    public long NextTimestamp => PesTimestamp.Add(_origin, _frame * FrameTicks);

    /// <summary>True when the next frame is a random-access point.</summary>
    public bool IsAtKey => (_frame + _options.StartFrame) % _options.FramesPerGroup == 0;

    public int FramesPerSecond => _options.FramesPerSecond;

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

    /// <summary>Makes clock and timestamps go on elsewhere, as an encoder does that was started again; nothing announces it.</summary>
    public void JumpTo(long timestamp) => _origin = PesTimestamp.Add(timestamp, -_frame * FrameTicks);

    /// <summary>Makes all counters go on elsewhere, as after lost packets.</summary>
    public void LoseCount()
    {
        for (var pid = 0; pid < _counters.Length; pid++)
            _counters[pid] += 5;
    }

    private void WriteFrame()
    {
        var isKey = IsAtKey;
        var tableEvery = Math.Max(1, _options.FramesPerSecond / 12);
        if ((_options.StartsWithTables || _frame > 0) && (isKey || _frame % tableEvery == 0))
            WriteTables();
        var clock = PesTimestamp.Add(NextTimestamp, -_options.ClockLead) * 300;
        if (PcrPid != _options.AudioPid && (_options.Video is null || PcrPid != _options.VideoPid))
            WriteClock(PcrPid, clock);
        if (_options.Video is { } codec)
            WritePicture(codec, isKey, clock);
        if (_options.TeletextPid is { } teletext && _frame % Math.Max(1, _options.FramesPerSecond / TeletextPerSecond) == 0)
            WriteTeletext(teletext);

        _frame++;
        if (_soundPids.Length > 0)
            WriteSoundUpToHere(PcrPid == _options.AudioPid ? clock : null);
    }

    private void WritePicture(StreamCodec codec, bool isKey, long clock)
    {
        var body = TsPictures.Make(codec, isKey, _frame, _options.BitsPerSecond / 8 / _options.FramesPerSecond, _options.HasOpenGroups);
        new TsStamp(Tag, NextTimestamp, isKey).WriteAtEnd(body);
        var pts = PesTimestamp.Add(NextTimestamp, (ShownAfterDecoding() + 1) * FrameTicks);
        var ownClock = PcrPid == _options.VideoPid ? clock : (long?)null;
        WritePes(_options.VideoPid, 0xE0, body, pts, NextTimestamp, ownClock, isKey && _options.MarksRandomAccess);
    }

    /// <summary>How many frames later than its turn a picture is shown; one that others are decoded ahead of has less than none.</summary>
    private int ShownAfterDecoding()
    {
        var decoded = (int)((_frame + _options.StartFrame) % _options.FramesPerGroup);
        var run = _options.ReorderedFrames + 1;
        if (run == 1 || (decoded == 0 && !_options.HasOpenGroups))
            return 0;
        // Runs of one reference and its reordered pictures; behind the key picture, or with it as the first reference.
        var place = _options.HasOpenGroups ? decoded : decoded - 1;
        var left = _options.FramesPerGroup - decoded + (place % run);
        return place % run == 0 ? Math.Min(run, left) - 1 : -1;
    }

    private void WriteSoundUpToHere(long? clock)
    {
        var elapsed = (_frame * FrameTicks) - _options.SoundLag;
        for (; UnitTime(_audioUnits) < elapsed; _audioUnits++)
        {
            var pts = PesTimestamp.Add(_origin, UnitTime(_audioUnits) + FrameTicks);
            foreach (var pid in _soundPids)
            {
                var body = TsSounds.Make(_options.Audio, _options.AudioRate, _options.AudioFramesPerPes, _audioUnits);
                new TsStamp(Tag, pts, _options.Video is null).WriteAtEnd(body);
                WritePes(pid, TsSounds.StreamId(_options.Audio), body, pts, null, clock, _options.Video is null);
                clock = null;
            }
        }

        if (clock is { } alone)
            WriteClock(PcrPid, alone);
    }

    private long UnitTime(long unit) =>
        unit * _options.AudioFramesPerPes * TsSounds.SamplesPerFrame(_options.Audio) * TsConstants.TimestampFrequency / _options.AudioRate;

    private void WriteTeletext(int pid)
    {
        var body = new byte[400];
        body.AsSpan().Fill(0x2C);
        body[0] = 0x10;
        new TsStamp(Tag, NextTimestamp, false).WriteAtEnd(body);
        WritePes(pid, PrivateStreamId, body, NextTimestamp, null, null, false);
    }

    private void WriteTables()
    {
        Span<byte> section = stackalloc byte[PsiWriter.LongestSection];
        WriteSection(section[..PsiWriter.WriteAssociation(section, _association)], TsConstants.PatPid);
        WriteSection(section[..PsiWriter.WriteMap(section, Map)], _options.MapPid);
    }

    private void WriteSection(ReadOnlySpan<byte> section, int pid)
    {
        Span<byte> packets = stackalloc byte[PsiWriter.CountPackets(section.Length) * TsConstants.PacketSize];
        _output.Write(packets[..PsiWriter.WritePackets(section, pid, ref _counters[pid], packets)]);
    }

    private void WritePes(int pid, byte streamId, byte[] body, long pts, long? dts, long? clock, bool isMarked)
    {
        var pes = TsPesWriter.Make(streamId, body, pts, dts, _options.HasPictureLengths);
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

        byte[] language = [.. System.Text.Encoding.ASCII.GetBytes(_options.Language)];
        foreach (var pid in _soundPids)
            yield return new ElementaryStream(
                TsSounds.StreamType(_options.Audio), pid, _options.Audio, _options.Language, (byte[])[0x0A, 4, .. language, 0]);
        if (_options.TeletextPid is { } teletext)
            yield return new ElementaryStream(
                0x06, teletext, StreamCodec.Teletext, _options.Language, (byte[])[0x56, 5, .. language, 0x09, 0x00]);
    }
}
