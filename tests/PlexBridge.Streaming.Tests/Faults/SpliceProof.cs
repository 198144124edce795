using PlexBridge.Formats.MpegTs;
using PlexBridge.Testing;

namespace PlexBridge.Streaming.Tests.Faults;

/// <summary>Holds what a viewer got against what the sources sent: stream, stamps and clock.</summary>
internal static class SpliceProof
{
    /// <summary>A splice may fall between two copies of the tables, whose clock is the one source's before it and the other's behind it.</summary>
    private static readonly TimeSpan LongestTableInterval = TimeSpan.FromMilliseconds(100);

    private const int MostOfAKind = 4;
    private const long MostLate = TsConstants.TimestampFrequency / 5;

    /// <summary>Everything that is wrong, in words; empty when the viewer saw one stream without a fault.</summary>
    public static IReadOnlyList<string> Check(byte[] seen, IReadOnlyList<FaultySource> sources)
    {
        var checker = new TsChecker(TsCheckOptions.Relay with { MaxTableInterval = LongestTableInterval });
        checker.Feed(seen);
        checker.Complete();
        var reader = new TsStampReader();
        reader.Feed(seen);
        var hasLoss = sources.Any(source => source.HasLoss);
        return
        [
            .. checker.Faults.Where(fault => !hasLoss || fault.Kind != TsFaultKind.TornUnit).GroupBy(fault => fault.Kind)
                .SelectMany(kind => kind.Take(MostOfAKind).Select(fault => $"{fault} (one of {kind.Count()})")),
            .. Layout(checker),
            .. reader.Units.Where(unit => unit.Stamp is null && !hasLoss).Select(unit => $"packet {unit.Packet}, PID {unit.Pid:X4}: the unit at {unit.Time} has no end"),
            .. sources.SelectMany(source => Segments(source, [.. reader.Units.Where(unit => unit.Stamp is not null)], source == sources[^1])),
        ];
    }

    private static IEnumerable<string> Layout(TsChecker checker)
    {
        if (checker.Map is not { } map)
            yield break;
        if (checker.Programme is not { Number: 1, MapPid: 0x1000 } || map.PcrPid != 0x100)
            yield return $"the programme is {checker.Programme} with its clock on PID {map.PcrPid:X4}";
        for (var index = 0; index < map.Streams.Length; index++)
            if (map.Streams[index].Pid != 0x100 + index)
                yield return $"stream {index} is on PID {map.Streams[index].Pid:X4}";
    }

    /// <summary>What one connection delivered: all of it from its first random-access point on, moved by one and the same offset.</summary>
    private static IEnumerable<string> Segments(FaultySource source, List<StampedUnit> units, bool isLast)
    {
        if (source.FirstKey is not { } key)
            yield break;
        for (var index = 0; index < source.Tags.Count; index++)
        {
            var tag = source.Tags[index];
            var own = units.Where(unit => unit.Stamp!.Value.Tag == tag).ToList();
            var who = $"opening {source.Opening} ({source.Stream}), tag {tag}";
            if (own.Count == 0)
            {
                yield return $"{who}: nothing of it came out";
                continue;
            }

            foreach (var strange in own.GroupBy(unit => unit.Offset).Skip(1))
                yield return $"{who}: PID {strange.First().Pid:X4} is moved by {strange.Key} and PID {own[0].Pid:X4} by {own[0].Offset} ({strange.Count()} of {own.Count})";
            foreach (var stream in own.GroupBy(unit => unit.Pid))
                foreach (var gap in Missing(stream.ToList(), source.HasLoss))
                    yield return $"{who}: {gap}";

            if (index == 0)
                foreach (var late in Starts(own, key))
                    yield return $"{who}: {late}";
            if (index == source.Tags.Count - 1 && !isLast && own.LastOrDefault(unit => unit.IsPicture) is { } last)
            {
                var lost = PesTimestamp.Difference(source.LastPicture, last.Stamp!.Value.Time) / source.FrameTicks;
                if (lost > 1)
                    yield return $"{who}: the last {lost} pictures before the fault are missing";
            }
        }
    }

    private static IEnumerable<string> Starts(List<StampedUnit> own, long key)
    {
        foreach (var isPicture in new[] { true, false })
        {
            if (own.FirstOrDefault(unit => unit.IsPicture == isPicture) is not { } first)
            {
                yield return isPicture ? "no picture came out" : "no sound came out";
                continue;
            }

            var late = PesTimestamp.Difference(first.Stamp!.Value.Time, key);
            if (late > MostLate)
                yield return $"{(isPicture ? "the picture" : "the sound")} resumes {late / 90} ms after the first random-access point";
            if (isPicture && !first.Stamp.Value.IsKey)
                yield return "the picture resumes at no random-access point";
        }
    }

    private static IEnumerable<string> Missing(List<StampedUnit> stream, bool hasLoss)
    {
        if (stream.Count < 3 || hasLoss)
            yield break;
        var steps = stream.Zip(stream.Skip(1), (earlier, later) => PesTimestamp.Difference(later.Stamp!.Value.Time, earlier.Stamp!.Value.Time)).ToList();
        var usual = steps.Order().ElementAt(steps.Count / 2);
        for (var index = 0; index < steps.Count; index++)
            if (Math.Abs(steps[index] - usual) > usual / 2)
                yield return $"PID {stream[index].Pid:X4} goes from {stream[index].Stamp!.Value.Time} by {steps[index]} instead of {usual} ticks";
    }
}
