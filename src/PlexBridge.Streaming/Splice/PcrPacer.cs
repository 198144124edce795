using PlexBridge.Formats.MpegTs;
using PlexBridge.Streaming.Pacing;

namespace PlexBridge.Streaming.Splice;

/// <summary>
/// Holds back what arrives in bursts (HLS segments) to the pace at which it plays, by the stream's own clock.
/// The viewer stays a fixed lead ahead of it, so that the next segment's fetch isn't felt.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="lead">How far ahead of it the stream may run.</param>
/// <param name="turn">The loop's place in the shared beat; without one each wait is a timer of its own.</param>
internal sealed class PcrPacer(TimeProvider time, TimeSpan lead, TickTurn? turn = null)
{
    /// <summary>A little more or less is nothing beside the lead, and every step costs a waking, a read and a send.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(400);


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
        var ahead = Ahead();
        if (ahead > Step)
        {
            for (; ahead > TimeSpan.Zero; ahead = Ahead())
            {
                token.ThrowIfCancellationRequested();
                if (turn is { IsOn: true })
                    await turn.AfterAsync(ahead < Step ? ahead : Step).ConfigureAwait(false);
                else
                    await Task.Delay(ahead, time, token).ConfigureAwait(false);
            }
        }
        else if (ahead < -lead - lead)
        {
            // The source was late: what was lost in time isn't caught up by a burst, else the lead would grow with every gap.
            _anchorPcr = pcr;
            _anchorTime = time.GetTimestamp();
        }
    }

    private TimeSpan Ahead() =>
        TimeSpan.FromMicroseconds(TsClock.Difference(_lastPcr, _anchorPcr) / 27.0) - time.GetElapsedTime(_anchorTime) - lead;
}
