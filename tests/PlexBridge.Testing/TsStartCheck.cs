using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Testing;

/// <summary>Checks that a stream begins with PAT, PMT and a random-access point, and with nothing else in between.</summary>
internal sealed class TsStartCheck
{
    private RandomAccessDetector? _detector;
    private int _videoPid;
    private bool _isDone;
    private bool _hasAssociation;

    /// <summary>The fault of the start, once it is known.</summary>
    public string? Feed(in TsPacket packet, ProgramMap? map)
    {
        if (_isDone)
            return null;
        if (_detector is not null)
            return packet.Pid == _videoPid ? Judge(packet) : null;
        if (!_hasAssociation)
        {
            _hasAssociation = packet.Pid == TsConstants.PatPid;
            return _hasAssociation ? null : Fail($"the first packet is of PID {packet.Pid:X4} and not the PAT");
        }

        if (map is null)
            return FailUnlessTable(packet);
        var pid = packet.Pid;
        if (!map.Streams.Any(stream => stream.Pid == pid))
            return packet.IsNull ? Fail("a null packet comes before the random-access point") : null;
        if (map.Video is not { } video)
            return packet.StartsUnit ? Pass() : Fail("the sound begins in the middle of a PES packet");
        if (packet.Pid != video.Pid)
            return Fail($"PID {packet.Pid:X4} comes before the picture");
        _videoPid = video.Pid;
        _detector = new RandomAccessDetector(video.Codec);
        return packet.StartsUnit ? Judge(packet) : Fail("the picture begins in the middle of a PES packet");
    }

    /// <summary>The fault when the stream ends before its start was found good.</summary>
    public string? Complete() => _isDone ? null : Fail("the stream ends before a random-access point");

    private string? Judge(in TsPacket packet) => _detector!.Feed(packet.Bytes) switch
    {
        AccessUnitVerdict.Undecided => null,
        AccessUnitVerdict.RandomAccess => Pass(),
        _ => Fail("the first picture is no random-access point"),
    };

    private string? FailUnlessTable(in TsPacket packet) =>
        packet.HasPayload && packet.StartsUnit && PesHeader.TryRead(packet.Payload, out _) ? Fail("a PES packet comes before the PMT")
        : packet.IsNull ? Fail("a null packet comes before the PMT")
        : null;

    private string? Pass()
    {
        _isDone = true;
        return null;
    }

    private string Fail(string text)
    {
        _isDone = true;
        return text;
    }
}
