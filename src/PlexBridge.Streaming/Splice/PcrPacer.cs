using PlexBridge.Formats.MpegTs;

namespace PlexBridge.Streaming.Splice;

/// <summary>
/// Holds back what arrives in bursts (HLS segments) to the pace at which it plays, by the stream's own clock.
/// The viewer stays a fixed lead ahead of it, so that the next segment's fetch isn't felt.
/// </summary>
internal sealed class PcrPacer(TimeProvider time, TimeSpan lead)
{
    /// <summary>A step of the clock beyond this is a jump, not a pause.</summary>
    private const long LargestStep = 10 * TsConstants.PcrFrequency;

    private long _anchorPcr = -1;
    private long _anchorTime;
    private long _lastPcr;

    /// <summary>Awaits the moment at which the stream may go on after the given clock value.</summary>
    public async ValueTask WaitAsync(long pcr, CancellationToken token)
    {
        if (pcr < 0)
            return;
        var step = _anchorPcr < 0 ? 0 : TsClock.Difference(pcr, _lastPcr);
        if (_anchorPcr < 0 || step is < 0 or > LargestStep)
        {
            _anchorPcr = pcr;
            _anchorTime = time.GetTimestamp();
        }

        _lastPcr = pcr;
        var played = time.GetElapsedTime(_anchorTime);
        var written = TimeSpan.FromMicroseconds(TsClock.Difference(pcr, _anchorPcr) / 27.0);
        var ahead = written - played - lead;
        // A tenth of a second more or less is nothing beside the lead, and a timer for each read would be much.
        if (ahead > TimeSpan.FromMilliseconds(100))
            await Task.Delay(ahead, time, token).ConfigureAwait(false);
        else if (ahead < -lead - lead)
        {
            // The source was late: what was lost in time isn't caught up by a burst, else the lead would grow with every gap.
            _anchorPcr = pcr;
            _anchorTime = time.GetTimestamp();
        }
    }
}
