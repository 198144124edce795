using PlexBridge.Streaming.Splice;
using PlexBridge.Streaming.Upstream;

namespace PlexBridge.Streaming;

/// <summary>
/// Sees, by the packets alone, when a connection goes on delivering and yet nothing of use: no new picture, a clock that
/// stands still, scrambled packets, a trickle.
/// </summary>
/// <remarks>Belongs to the relay's pump; made anew for every connection.</remarks>
internal sealed class PictureWatch(TimeProvider time, RelayOptions options)
{
    /// <summary>A key change may scramble a few packets by mistake; a second of them is no mistake.</summary>
    private static readonly TimeSpan LongestScrambling = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private long _lookedAt = time.GetTimestamp();
    private long _units;
    private long _unitAt = time.GetTimestamp();
    private long _clock = -1;
    private long _clockAt = time.GetTimestamp();
    private long _bytes;
    private long _rateAt = time.GetTimestamp();

    /// <summary>Looks at what has come; says what is wrong, in words that go on behind the stream's address.</summary>
    /// <param name="intake">What has been taken in so far.</param>
    /// <param name="bytes">How many bytes have come since the last look.</param>
    public (UpstreamFault Fault, string Why)? Look(StreamIntake intake, int bytes)
    {
        var now = time.GetTimestamp();
        SkipSilence(now);
        if (intake.ScrambledFor >= LongestScrambling)
            return (UpstreamFault.Protected, "the stream is scrambled; it can't be relayed");
        if (intake.LeadUnits != _units)
            (_units, _unitAt) = (intake.LeadUnits, now);
        else if (intake.HasStarted && time.GetElapsedTime(_unitAt, now) >= options.Picture)
            return (UpstreamFault.NoPicture, $"no {(intake.Map?.Video is null ? "sound" : "picture")} for {options.Picture.TotalSeconds:0.#} s");
        if (intake.Clock != _clock || !intake.HasStarted)
            (_clock, _clockAt) = (intake.Clock, now);
        else if (_clock >= 0 && time.GetElapsedTime(_clockAt, now) >= options.Picture)
            return (UpstreamFault.ClockStill, $"the stream's clock has stood still for {options.Picture.TotalSeconds:0.#} s");
        return LookAtRate(bytes, now);
    }

    /// <summary>Time in which nothing came at all is the stall's matter: only time with bytes counts here.</summary>
    private void SkipSilence(long now)
    {
        if (time.GetElapsedTime(_lookedAt, now) > Silence)
        {
            _unitAt += now - _lookedAt;
            _clockAt += now - _lookedAt;
        }

        _lookedAt = now;
    }

    private (UpstreamFault, string)? LookAtRate(int bytes, long now)
    {
        _bytes += bytes;
        var elapsed = time.GetElapsedTime(_rateAt, now);
        if (options.BitRateFloor == 0 || elapsed < RateWindow)
            return null;
        var rate = _bytes * 8 / elapsed.TotalSeconds;
        (_bytes, _rateAt) = (0, now);
        return rate < options.BitRateFloor
            ? (UpstreamFault.TooThin, $"only {rate / 1000:0} kbit/s came, less than the set floor of {options.BitRateFloor / 1000} kbit/s")
            : null;
    }
}
